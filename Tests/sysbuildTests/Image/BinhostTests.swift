import Platform
import TestSupport
import Testing

/// A folder of binary packages for devices: real Portage on both sides, GnuPG, nginx.
@Suite struct BinhostTests {
  @Test("a device's emerge takes signed packages from the folder, and no others")
  func device() async throws {
    let tree = try await ImageTree()
    let work = tree.folder / "devices"
    try Directory.removeTree(work)
    try Directory.create(work)
    let server = try WebServer(in: work)
    // A socket's path has 107 bytes at most.
    let keys = try TemporaryFolder()
    let home = keys.path
    let gpg = ["gpg", "--homedir", "\(home)", "--batch", "--quiet"]
    try tree.run(
      gpg + ["--passphrase", "", "--quick-generate-key", "packages@example.org", "default", "sign", "never"])
    try tree.run(gpg + ["--check-trustdb"])
    defer { _ = try? tree.run(["gpgconf", "--homedir", "\(home)", "--kill", "gpg-agent"]) }
    func binhost(_ arguments: [String] = []) throws -> String {
      let result = try tree.sysbuild(
        ["binhost", "\(server.files)", "--sign", "packages@example.org"] + arguments,
        by: ["env", "GNUPGHOME=\(home)"])
      #expect(result.status == 0, "\(result.output)")
      return result.output
    }
    let first = try binhost()
    let count = first.prefix { $0.isNumber }
    #expect(first == "\(count) packages, \(count) of them new, 0 removed\n" && count != "0")
    #expect(try binhost() == "\(count) packages, 0 of them new, 0 removed\n")

    // Only packages with signatures are taken.
    let device = work / "device"
    func emerge() throws -> (status: Int32, output: String) {
      try Directory.removeTree(device)
      try tree.run(["mkdir", "-p", "\(device)/root", "\(device)/config/etc", "\(device)/tmp"])
      let configuration = device / "config/etc/portage"
      let repository = tree.source / "profiles/tiny/repository"
      try tree.run(["cp", "-a", "\(tree.source)/profiles/tiny/target/etc/portage", "\(configuration)"])
      try tree.run(["ln", "-sfn", "\(repository)/profiles/base", "\(configuration)/make.profile"])
      let text = "[image]\nsync-uri = \(server.url)\nverify-signature = true\nlocation = \(device)/fetched\n"
      try File.write(Array(text.utf8), to: configuration / "binrepos.conf")
      // The Portage of O has settings of its own, which name O where builds find it.
      return try tree.output([
        "unshare", "--mount", "sh", "-c",
        "mkdir -p /var/tmp/sysbuild && mount --bind \"$0\" /var/tmp/sysbuild && exec \"$@\"", "\(tree.build)",
        "env", "-i", "PATH=\(tree.build)/host/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8", "EPREFIX=/",
        "HOME=\(device)", "CHOST=x86_64-unknown-linux-gnu", "ROOT=\(device)/root",
        "PORTAGE_CONFIGROOT=\(device)/config",
        "PORTAGE_REPOSITORIES=[DEFAULT]\nmain-repo = tiny\n[tiny]\nlocation = \(repository)\n",
        "PKGDIR=\(device)/packages", "DISTDIR=\(device)/tmp", "PORTAGE_TMPDIR=\(device)/tmp",
        "PORTAGE_DEPCACHEDIR=\(device)/depcache", "EMERGE_LOG_DIR=\(device)", "PORTAGE_LOGDIR=\(device)",
        "PORTAGE_USERNAME=root", "PORTAGE_GRPNAME=root", "BINPKG_GPG_VERIFY_GPG_HOME=\(home)",
        "GPG_VERIFY_USER_DROP=", "GPG_VERIFY_GROUP_DROP=",
        "FEATURES=binpkg-request-signature", "emerge", "--getbinpkgonly", "--oneshot", "app-misc/leaf",
      ])
    }
    let installed = try emerge()
    #expect(installed.status == 0, "\(installed.output)")
    let text = try File.read(device / "root/usr/share/versions/leaf")
    #expect(text == (try File.read(tree.build / "rootfs/usr/share/versions/leaf")))

    // Another build takes the place of the one before.
    try tree.append("# edited", to: "profiles/tiny/repository/app-misc/leaf/leaf-1.ebuild")
    #expect(try tree.sysbuild(["image"]).status == 0)
    #expect(try binhost() == "\(count) packages, 1 of them new, 1 removed\n")
    #expect(try emerge().status == 0)

    // The same packages with a right index, but without signatures.
    let unsigned = try tree.sysbuild(["binhost", "\(server.files)"])
    #expect(
      unsigned.status == 0 && unsigned.output.hasPrefix("\(count) packages, \(count) of them new"),
      "\(unsigned.output)")
    let refused = try emerge()
    #expect(refused.status != 0 && !File.exists(device / "root/usr/share/versions/leaf"), "\(refused.output)")
  }
}
