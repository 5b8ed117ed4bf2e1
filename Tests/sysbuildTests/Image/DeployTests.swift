import ImageBuild
import Platform
import PortageFiles
import TestSupport
import Testing

/// What `deploy` takes to a device and `run` boots. Tests/demo has both with a device.
@Suite struct DeployTests {
  @Test("a package goes with its folders; its libraries, and theirs, must be there")
  func contents() throws {
    let folder = try TemporaryFolder()
    func add(_ package: String, _ contents: [String], needed: String) throws {
      try folder.write(contents.map { $0 + "\n" }.joined(), to: Path("var/db/pkg/\(package)/CONTENTS"))
      try folder.write(needed, to: Path("var/db/pkg/\(package)/NEEDED.ELF.2"))
    }
    try add(
      "app-misc/tool-1",
      [
        "dir /bin", "obj /bin/tool 0123 5", "sym /bin/tool-link -> tool 5", "dir /opt",
        "obj /opt/masked 0123 5",
      ],
      needed: "X86_64;/bin/tool;;;liba.so.1,libmissing.so.3;x86_64\n")
    try add(
      "dev-libs/a-1", ["obj /lib64/liba.so.1.5 0123 5", "sym /lib64/liba.so.1 -> liba.so.1.5 5"],
      needed: "X86_64;/lib64/liba.so.1.5;liba.so.1;;libb.so.2;x86_64\n386;/lib/liba.so.1;liba.so.1;;;x86_32\n")
    try add(
      "dev-libs/b-1", ["obj /usr/lib/libb.so.2 0123 5"],
      needed: "X86_64;/usr/lib/libb.so.2;libb.so.2;;liba.so.1;x86_64\n")
    try add("dev-libs/c-1", [], needed: "X86_64;/usr/lib/libc.so.6;libc.so.6;;;x86_64\nnonsense\n;;;\n")
    for file in ["bin/tool", "lib/liba.so.1.5", "lib/libb.so.2", "lib/libc.so.6"] {
      try folder.write("", to: Path("usr/\(file)"))
    }
    try File.symlink("tool", at: folder.path / "usr/bin/tool-link")
    try File.symlink("usr/bin", at: folder.path / "bin")
    try File.symlink("usr/lib", at: folder.path / "lib64")

    let deployed = try DeployedPackages(["tool"], in: ["/nowhere", folder.path])
    #expect(deployed.root == folder.path && deployed.packages.map { "\($0)" } == ["app-misc/tool-1"])
    #expect(deployed.files == ["usr/bin", "usr/bin/tool", "usr/bin/tool-link"])
    #expect(deployed.libraries == ["usr/lib/liba.so.1.5", "usr/lib/libb.so.2"])

    // One that comes along need not be there.
    let both = try DeployedPackages(["app-misc/tool", "dev-libs/a-1"], in: [folder.path])
    #expect(both.libraries == ["usr/lib/libb.so.2"])
    #expect(
      message { _ = try DeployedPackages(["app-misc/tol"], in: [folder.path]) }
        == "neither the image nor the sysroot has a package 'app-misc/tol'; did you mean 'app-misc/tool'?")
  }

  @Test("nothing is booted or deployed that is not there")
  func mistakes() async throws {
    let tree = try await ImageTree()
    func said(_ words: String...) throws -> String {
      let result = try tree.sysbuild(words)
      #expect(result.status == 2, "\(words)")
      return result.output
    }
    #expect(
      try said("run", "fast")
        == "sysbuild: 'run' takes no 'fast': options of another program come behind '--'\n")
    #expect(try said("run", "CHOST=sparc-unknown-linux-gnu").contains("no machine is known for sparc"))
    #expect(try said("deploy", "board").contains("'deploy' needs a device and a package"))
    #expect(try said("deploy", "--undo", "board", "leaf").contains("leave out 'leaf'"))
    #expect(
      try said("deploy", "board", "lef").contains("neither the image nor the sysroot has a package 'lef'"))
    #expect(try said("menuconfig").contains("there is no kernel yet: run 'sysbuild"))
    // The tree is put back by what differs in its folders, so these stay.
    try File.remove(tree.images / "SHA256SUMS")
    #expect(try said("run") == "run: no image was published in '\(tree.images)'\n")
  }
}
