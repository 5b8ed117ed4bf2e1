import Glibc
import Platform
import TestSupport
import Testing

private let repository = "profiles/tiny/repository"

/// Root file systems that are made from the last one, against those that are made from nothing.
@Suite struct AssemblyTests {
  /// `SYSBUILD_WALK` is the number of edits.
  @Test("random edits: the root file system is the same, byte for byte, as from nothing")
  func sameAsFromNothing() async throws {
    var random = SeededGenerator(for: "sameAsFromNothing")
    let tree = try await ImageTree()
    let walk = Environment.number("SYSBUILD_WALK").map { Int($0) }
    // With a script of the configuration code runs whenever a package is merged.
    try File.remove(tree.source / "profiles/tiny/target/etc/portage/bashrc")
    var root = RandomRoot(packages: walk == nil ? 8 : 16, &random)
    // They are not installed in the sysroot, where Portage lets no package take over files of one that is there.
    let set = "sets/tiny/installonly.packages"
    let atoms = try tree.read(set)
    let files = ["profiles/tiny/variant.conf", "profiles/tiny/target/etc/portage/package.use/flags"]
    let variant = try tree.read(files[0])
    func write(_ root: RandomRoot) throws {
      for index in root.packages.indices {
        let package = root.packages[index]
        let folder = "\(repository)/\(RandomRoot.atom(index))"
        try Directory.removeTree(tree.source / folder)
        try tree.write("\(folder)/\(RandomRoot.name(index))-\(package.version).ebuild", root.ebuild(of: index))
      }
      try tree.write(set, atoms + root.atoms.joined(separator: "\n") + "\n")
      try tree.write(files[0], variant + "INSTALL_MASK=\"\(RandomRoot.masks[root.mask])\"\n")
      try tree.write(files[1], root.flags.joined(separator: "\n") + "\n")
      try tree.write("profiles/tiny/overlay/etc/motd", "\(root.motd)\n")
    }
    try write(root)
    let began = Clock.monotonic
    let first = try tree.sysbuild(["image"])
    try #require(first.status == 0, "\(seedSetting): \(first.output)")

    var moments = RandomMoments(in: Clock.monotonic - began, for: "killImage")
    var left = walk ?? 8
    var isFirst = true
    var fromLast = 0
    var copiedLess = 0
    while left > 0 {
      let count = min(left, walk == nil ? 2 : Int.random(in: 1...3, using: &random))
      // Few random edits may all be such that modes of folders do not matter.
      let edits = (0..<count).map { _ in
        if isFirst {
          isFirst = false
          return root.editModes()
        }
        return root.edit(&random)
      }
      left -= edits.count
      let what = "\(seedSetting) SYSBUILD_WALK=…, \(left) left: \(edits.joined(separator: "; "))"
      try write(root)
      if random.chance(30) { try tree.killImage(at: &moments) }
      let build = try tree.sysbuild(["image"])
      try #require(build.status == 0, "\(what): \(build.output)")
      let log = try tree.logOfRoot()
      if log.contains("from the last one") { fromLast += 1 }
      if let copied = log.firstMatch(of: /sysbuild: (\d+) of (\d+) paths copied/), let part = Int(copied.1),
        let all = Int(copied.2), part < all / 2
      {
        copiedLess += 1
      }
      let digest = try tree.digestOfRoot()
      let content = try tree.contentOfRoot()

      try tree.run(["sh", "-c", "cd \(tree.build) && mkdir aside && mv assembly rootfs* aside"])
      let again = try tree.sysbuild(["image"])
      try #require(again.status == 0, "\(what): \(again.output)")
      #expect(try tree.logOfRoot().contains("from nothing"), "\(what): \(again.output)")
      let difference = try tree.contentOfRoot().split(separator: "\n").difference(
        from: content.split(separator: "\n"))
      try #require(try tree.digestOfRoot() == digest && difference.isEmpty, "\(what): \(difference)")
      // The next one begins as the last one did.
      try tree.run([
        "sh", "-c",
        "cd \(tree.build) && rm -rf assembly rootfs* && mv aside/* . && rmdir aside",
      ])
    }
    #expect(fromLast > 0 && copiedLess > 0, "\(seedSetting)")
  }

  @Test("packages whose order matters are merged in order, until one of them is gone")
  func orderMatters() async throws {
    let tree = try await ImageTree()
    try File.remove(tree.source / "profiles/tiny/target/etc/portage/bashrc")
    try tree.addPackage(
      "links", install: "insinto /usr/share/real && newins - f <<<f && dosym real /usr/share/clash")
    try tree.addPackage(
      "through", install: "insinto /usr/share/clash && newins - g <<<g", "RDEPEND=\"app-misc/links\"")
    let first = try tree.sysbuild(["image"])
    try #require(first.status == 0, "\(first.output)")
    #expect(
      try tree.logOfRoot().contains(
        "one after the other from nothing, now and next time: app-misc/links-1 and app-misc/through-1"))
    #expect(try tree.run(["cat", "\(tree.build)/rootfs/usr/share/real/g"]) == "g\n")

    for set in ["build", "install"] {
      try tree.removeLine("app-misc/through", from: "sets/tiny/\(set).packages")
    }
    let second = try tree.sysbuild(["image"])
    try #require(second.status == 0, "\(second.output)")
    #expect(try tree.logOfRoot().contains("from the last one: 0 taken out, "), "\(second.output)")
    #expect(!File.exists(tree.build / "rootfs/usr/share/real/g"))
  }
}

extension ImageTree {
  fileprivate func logOfRoot() throws -> String {
    String(decoding: try File.read(build / "logs/rootfs/latest"), as: UTF8.self)
  }

  /// Begins to build the image, kills sysbuild at a random moment, and waits until what it has left behind has ended.
  fileprivate func killImage(at moments: inout RandomMoments) throws {
    _ = moments.next()
    let sysbuild = try start(["image"])
    try moments.wait(unlessEnds: sysbuild.pollDescriptor)
    sysbuild.signalGroup(SIGKILL)
    _ = try sysbuild.reap()
    try run(["flock", "--timeout", "\(hangLimit / 1000)", "\(build / "lock")", "true"])
  }

  fileprivate func digestOfRoot() throws -> String { try run(["sha256sum", "\(build)/rootfs.squashfs"]) }
}
