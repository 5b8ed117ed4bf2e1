import Platform
import Testing

extension EditTests {
  /// The answer "up to date" is given again without planning while nothing that it was drawn from has changed.
  /// strace tells whether anything was forgotten: the run that plans must look at no path that the run
  /// which only gives the answer again does not look at too.
  @Test("what a plan reads, the run after it watches")
  func everythingReadIsWatched() async throws {
    let tree = try await ImageTree()
    try tree.append("more", to: "profiles/tiny/overlay/etc/motd")
    let built = try tree.sysbuild(["image"])
    #expect(ImageTree.ran(built.output) == ["rootfs", "squashfs", "image"], "\(built.output)")
    let afterBuild = try Trace(tree)
    try File.remove(tree.build / "index")
    let planned = try Trace(tree)
    let given = try Trace(tree)
    for trace in [afterBuild, planned, given] {
      #expect(trace.output.contains("image: up to date"), "\(trace.output)")
    }
    #expect(planned.paths.count > 300)
    for trace in [afterBuild, given] {
      #expect(planned.paths.subtracting(trace.paths).sorted() == [])
      #expect(trace.opened == ["\(tree.build)/index"], "a run with nothing to do opens one file")
    }
  }
}

/// What one run of sysbuild asks of the file system, as strace(1) sees it.
private struct Trace {
  let output: String
  /// Every path looked up, but for the index, O, where it is written, and /proc.
  private(set) var paths: Set<String> = []
  /// The files among them that were opened; folders are not.
  private(set) var opened: [String] = []

  init(_ tree: ImageTree) throws {
    let program = try Environment.executable().parent / "sysbuild"
    output = try tree.run([
      "strace", "-f", "--seccomp-bpf", "-y", "-qq", "-s", "4096", "-e",
      "trace=/^(open|.*stat|readlink|.*access)",
      "-e", "signal=none", "\(program)", "-C", "\(tree.source)", "O=\(tree.build)", "IMAGESDIR=\(tree.images)",
      "VARIANT=tiny", "image",
    ])
    let index = "\(tree.build)/index"
    for line in output.split(separator: "\n") {
      guard let path = Self.path(line), path.hasPrefix("/"), !path.hasPrefix("/proc/") else { continue }
      if path != index, path != "\(tree.build)", !path.hasPrefix("\(tree.build)/.index") { paths.insert(path) }
      if line.contains("openat("), !line.contains("O_DIRECTORY"), !line.contains("= -1"),
        path.hasPrefix("\(tree.folder)")
      {
        opened.append(path)
      }
    }
  }

  /// The path of a call: `newfstatat(3</folder>, "name", …)`, `readlink("/folder/name", …)`.
  private static func path(_ line: Substring) -> String? {
    guard let match = line.firstMatch(of: /^(?:\[pid +\d+\] )?\w+\((?:[^"<]*<([^>]*)>, )?"([^"]*)"/) else {
      return nil
    }
    // A tree's root is called `.` in it, behind the path of the tree or by itself.
    let name = match.2.hasSuffix("/.") ? String(match.2.dropLast(2)) : String(match.2)
    if name.hasPrefix("/") { return name }
    // Without a name it is the status of a file that was opened by another call.
    guard let folder = match.1, !name.isEmpty else { return nil }
    return name == "." ? String(folder) : "\(folder)/\(name)"
  }
}
