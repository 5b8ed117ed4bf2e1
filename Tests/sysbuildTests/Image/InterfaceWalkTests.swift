import Platform
import TestSupport
import Testing

extension InterfaceTests {
  @Test("random edits of random graphs of libraries: what is built anew is what must be")
  func randomGraphs() async throws {
    var random = SeededGenerator(for: "randomGraphs")
    let tree = try await ImageTree()
    let walk = Environment.number("SYSBUILD_WALK").map { Int($0) }
    var graph = NativeGraph(families: walk == nil ? 3 : 6, &random)
    try tree.append("dev-libs", to: "profiles/tiny/repository/profiles/categories")
    try tree.write(graph, since: nil)
    for package in graph.programs {
      try tree.append(package.atom, to: "sets/tiny/build.packages")
      try tree.append(package.atom, to: "sets/tiny/install.packages")
    }
    let first = try tree.sysbuild(["image"])
    try #require(first.status == 0, "\(seedSetting): \(first.output)")

    var left = walk ?? 4
    var isFirst = true
    while left > 0 {
      let old = graph
      // Few random edits may all be such that somebody sees them.
      let edits = isFirst ? graph.editSharedCode() : graph.edit(&random)
      isFirst = false
      left -= edits.count
      let what = "\(seedSetting) SYSBUILD_WALK=…, \(left) left: \(edits.joined(separator: "; "))"
      try tree.write(graph, since: old)
      let before = try tree.builds(in: "sysroot")
      let foreseen = try tree.foreseen()
      let build = try tree.sysbuild(["image"])
      try #require(build.status == 0, "\(what): \(build.output)")
      let changes = try PackageChanges.between(before, tree.builds(in: "sysroot"))
      #expect(changes == graph.changes(since: old), "\(what): \(build.output)")
      #expect(foreseen.allow(changes, in: "sysroot"), "\(what): \(foreseen)")
      #expect(try tree.printed(by: graph.programs.map(\.name)) == graph.printed, "\(what): \(build.output)")
      #expect(try tree.sysbuild(["image"]).output == "image: up to date\n", "\(what)")
    }

    // It takes as long as all that came before it.
    if walk == nil { return }
    let content = try tree.contentOfImage()
    for folder in ["sysroot", "packages", "ingredients", "rootfs"] {
      try Directory.removeTree(tree.build / folder)
    }
    let again = try tree.sysbuild(["image"])
    try #require(again.status == 0, "\(seedSetting): \(again.output)")
    #expect(try tree.contentOfImage() == content, "\(seedSetting)")
  }
}

extension NativeGraph {
  /// What the programs print, by name.
  fileprivate var printed: [String: String] {
    let programs = packages.indices.filter { packages[$0].kind == .program }
    return Dictionary(uniqueKeysWithValues: programs.map { (packages[$0].name, "\(value(of: $0))") })
  }
}

extension ImageTree {
  /// Writes the files of a graph that are not what they were.
  fileprivate func write(_ graph: NativeGraph, since old: NativeGraph?) throws {
    for index in graph.packages.indices {
      let before = old?.files(of: index) ?? [:]
      for (name, text) in graph.files(of: index) where before[name] != text {
        try write("profiles/tiny/repository/\(graph.packages[index].atom)/\(name)", text)
      }
    }
  }

  /// A digest of each file of the root file system, as the image has it.
  fileprivate func contentOfImage() throws -> String {
    try run([
      "sh", "-c",
      "cd \(build)/rootfs && find . -path ./var/db -prune -o -path ./var/cache -prune -o -path ./var/lib/portage -prune"
        + " -o -type f -exec sha256sum {} + -o -printf '%y %p %l\\n' | LC_ALL=C sort",
    ])
  }
}
