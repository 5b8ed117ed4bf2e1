import Platform

/// A tree whose repository is a clone, and what it was cloned from.
struct FollowedRepository {
  /// The folder of the clone, relative to the source tree.
  static let name = "profiles/tiny/repository"

  let tree: ImageTree
  var upstream: Path { tree.folder / "upstream" }

  init() async throws {
    tree = try await ImageTree()
    try Directory.removeTree(upstream)
    try tree.run(["mv", "\(tree.source / Self.name)", "\(upstream)"])
    try git("init", "--quiet", "--initial-branch=main")
    // A link that leads out of it.
    try tree.run(["rm", "\(upstream)/app-misc/greeting/greeting-1.ebuild"])
    let greeting = try File.read(tree.source / "profiles/tiny/linked/greeting-1.ebuild")
    try File.write(greeting, to: upstream / "app-misc/greeting/greeting-1.ebuild")
    try commit()
    try tree.run(["git", "clone", "--quiet", "\(upstream)", "\(tree.source / Self.name)"])
  }

  @discardableResult
  func git(_ words: String...) throws -> String { try git(words, in: upstream) }

  @discardableResult
  func clone(_ words: String...) throws -> String { try git(words, in: tree.source / Self.name) }

  private func git(_ words: [String], in folder: Path) throws -> String {
    let identity = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.org"]
    return try tree.run(["git", "-C", "\(folder)"] + identity + words)
  }

  func commit() throws {
    try git("add", "--all")
    try git("commit", "--quiet", "--message=A change")
  }

  func read(_ name: String) throws -> String {
    String(decoding: try File.read(upstream / name), as: UTF8.self)
  }

  func write(_ name: String, _ text: String) throws {
    try Directory.create((upstream / name).parent, intermediates: true)
    try File.write(Array(text.utf8), to: upstream / name)
  }

  /// All that an update that is not kept must leave as it was.
  func state() throws -> String {
    let files = [
      "find", "\(tree.source)", "-name", ".git", "-prune", "-o", "-printf", "%p %i %T@ %C@ %M %s\\n",
    ]
    return try clone("rev-parse", "HEAD") + clone("status", "--porcelain") + tree.run(files)
  }

  func update(_ words: String..., input: String? = nil) throws -> (status: Int32, output: String) {
    let launcher = input.map { ["sh", "-c", "echo \($0) | exec \"$@\"", "sh"] } ?? []
    return try tree.sysbuild(["update"] + words, by: launcher)
  }
}
