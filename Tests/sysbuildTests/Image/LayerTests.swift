import Platform
import Testing

private let base = "profiles/tiny/target/etc/portage"
private let own = "profiles/board/target/etc/portage"

/// A variant that builds on another.
extension EditTests {
  @Test("a variant is what it builds on and its own files on top, and both count as its sources")
  func layers() async throws {
    let tree = try await ImageTree()
    func sysbuild(_ arguments: String...) throws -> (status: Int32, output: String) {
      try tree.sysbuild(["VARIANT=board"] + arguments)
    }
    /// Edits, and expects of the run what the preview says.
    func expect(
      runs: [String], _ changes: [String], says words: String...,
      at location: SourceLocation = #_sourceLocation,
      after change: () throws -> Void
    ) throws {
      let before = try tree.builds(in: "rootfs")
      try change()
      let plan = try sysbuild("-n", "--packages").output
      for words in words { #expect(plan.contains(words), "\(plan)", sourceLocation: location) }
      let foreseen = try tree.foreseen(["VARIANT=board"])
      let build = try sysbuild("image")
      try #require(build.status == 0, "\(build.output)", sourceLocation: location)
      #expect(ImageTree.ran(build.output) == runs, "\(build.output)", sourceLocation: location)
      let after = try tree.builds(in: "rootfs")
      #expect(PackageChanges.between(before, after) == changes, "\(build.output)", sourceLocation: location)
      #expect(foreseen.allow(changes, in: "rootfs") && foreseen.problems == [:], sourceLocation: location)
      #expect(try sysbuild("image").output == "image: up to date\n", sourceLocation: location)
    }
    // With nothing of its own it is the other one, whose folders are now called by their names in recipes.
    try expect(
      runs: ["host-tools", "resolution", "libcap", "profile", "base", "world", "rootfs", "image"], [],
      says: "${SOURCE}/profiles/${VARIANT}/target → ${SOURCE}/profiles/tiny/target"
    ) { try tree.write("profiles/board/variant.conf", "BASE=tiny\n") }

    try expect(
      runs: ["resolution", "profile", "base", "world", "rootfs", "squashfs", "image"], ["~app-misc/leaf-1"],
      says: "USE +colour"
    ) {
      try tree.write("\(own)/package.use", "# why\napp-misc/leaf colour\n")
    }
    try tree.expect("app-misc/leaf-1", in: "rootfs", use: "colour")
    let all = ["resolution", "base", "world", "rootfs", "squashfs", "image"]
    // The last word is the variant's, whatever the files are called.
    try expect(
      runs: ["resolution"], [],
      says: "package.use/1-tiny/z: app-misc/leaf colour added (\(base)/package.use/z:1)"
    ) {
      try tree.write("\(base)/package.use/z", "app-misc/leaf -colour\n")
    }
    // What the base has counts still, and is called by its name there. Both have an env and a bashrc now.
    try expect(runs: ["resolution"] + all.dropFirst(2), ["~app-misc/leaf-1"], says: "flags/lto") {
      try tree.write("\(own)/env/other.conf", "")
      try tree.write("\(base)/flags/lto", "LDFLAGS=\"-Wl,-O2\"\n")
    }
    let everything = try tree.builds(in: "rootfs").keys.sorted().map { "~\($0)" }
    try expect(runs: all, everything, says: "bashrc") {
      try tree.write("\(own)/bashrc", "MINE=1\n")
    }
    try expect(runs: all, everything, says: "bashrc.d/10-hook.sh") {
      try tree.write("\(base)/bashrc.d/10-hook.sh", ": # another hook\n")
    }
    // An overlay, a set and a patch of each.
    try expect(runs: ["resolution", "rootfs", "squashfs", "image"], ["+app-misc/extra-1"]) {
      try tree.write("sets/board/installonly.packages", "app-misc/extra\n")
      try tree.write("profiles/board/overlay/etc/hostname", "board\n")
      try tree.write("profiles/tiny/overlay/etc/motd", "hello\n")
    }
    for (name, text) in ["hostname": "board\n", "motd": "hello\n"] {
      #expect(try File.read(tree.build / "rootfs/etc" / name) == Array(text.utf8))
    }
    for (file, target) in [
      "\(base)/package.env": "resolution", "\(own)/package.use": "resolution",
      "sets/tiny/build.packages": "world",
      "sets/board/installonly.packages": "rootfs", "profiles/tiny/targets.conf": "kernel",
    ] {
      let affects = try sysbuild("affects", file).output
      #expect(affects.contains(target), "\(affects)")
    }
    // What Portage reads is put back.
    try Directory.removeTree(tree.build / "configuration")
    try expect(runs: ["resolution"], []) {}

    // Switching back costs what differs.
    let back = try tree.sysbuild(["image"])
    #expect(back.status == 0, "\(back.output)")
    try tree.expect("app-misc/extra", in: "rootfs", isThere: false)

    try tree.write("profiles/tiny/variant.conf", "CHOST=x86_64-unknown-linux-gnu\nBASE=board\n")
    let circle = try sysbuild("image")
    #expect(
      circle.status == 2
        && circle.output
          == "sysbuild: profiles/tiny/variant.conf:2: the variant builds on itself (board → tiny → board): remove the line, or name another variant\n",
      "\(circle.output)")
  }
}
