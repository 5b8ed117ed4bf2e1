import BuildSettings
package import Platform
package import PortageFiles
import TextKit

/// The source of a package as a git tree. The tag `portage` is what Portage has unpacked and patched, behind what it had
/// unpacked before.
package struct WorkTree {
  package let folder: Path

  package init(_ folder: Path) {
    self.folder = folder
  }

  /// What the package is built with.
  package var patch: Path { folder / WorkPatch.place }

  private static let tag = "refs/tags/portage"

  /// Names a file as patch(1) understands it, whatever the settings of git say.
  private static let format = [
    "--no-ext-diff", "--no-textconv", "--no-color", "--no-renames", "--full-index", "--unified=3",
    "--src-prefix=a/", "--dst-prefix=b/",
  ]

  // MARK: Beginning

  /// Makes the tree, with one commit.
  ///
  /// - Parameters:
  ///   - folder: empty, or not there.
  ///   - source: the folder whose content it gets.
  package static func create(_ folder: Path, from source: Path, of package: PackageVersion) throws -> WorkTree {
    let git = try Git(in: folder)
    try Directory.create(folder, intermediates: true)
    try removeRepositories(in: source)
    try run(["cp", "-dR", "--preserve=mode,timestamps,links", "\(source)/.", "\(folder)"])
    try git.run(["init", "--quiet", "--initial-branch=work"])
    // Files are what they are, whatever the tree or its user have git do with them.
    try File.write(
      Array("* -text -filter -ident !eol !diff !working-tree-encoding\n".utf8),
      to: folder / ".git/info/attributes")
    try git.run(["add", "--all", "--force"])
    try git.run(
      portage + ["commit", "--quiet", "--allow-empty", "--message=\(package) as Portage prepares it"])
    try git.run(["tag", "--no-sign", "portage"])
    let tree = WorkTree(folder)
    try tree.update()
    return tree
  }

  /// The commit of Portage's on which the work stands: that of the tag, or after a rebase that was aborted one before it.
  private func base(_ git: Git) throws -> String {
    guard let commit = try git.output(["merge-base", Self.tag, "HEAD"]) else {
      throw UserError.unrelated(folder)
    }
    return String(commit.prefix { $0 != "\n" })
  }

  private static let portage = [
    "-c", "user.name=Portage", "-c", "user.email=portage@localhost", "-c", "commit.gpgSign=false",
  ]

  /// Removes those that an ebuild has cloned.
  private static func removeRepositories(in source: Path) throws {
    try run(["find", "\(source)", "-name", ".git", "-prune", "-exec", "rm", "-rf", "{}", "+"])
  }

  private static func run(_ words: [String]) throws {
    guard let program = ProgramSearch.find(words[0], in: Settings.systemSearchPath),
      try ProgramOutput.of(
        program, Array(words.dropFirst()), environment: ["PATH=\(Settings.systemSearchPath)"]) != nil
    else { throw UserError("this failed: \(words.joined(separator: " "))") }
  }

  /// Puts the commits on what Portage prepares now.
  ///
  /// - Parameter source: the folder with that.
  /// - Returns: false if they stand on it already.
  /// - Throws: `UserError` if something is in no commit, or if git finds conflicts, which are in the files then.
  package func rebase(onto source: Path, of package: PackageVersion) throws -> Bool {
    let git = try Git(in: folder)
    try requireCommits(git)
    try Self.removeRepositories(in: source)
    let scratch = try Directory.createTemporary(prefix: "/tmp/sysbuild-workon-")
    defer { try? Directory.removeTree(scratch) }
    let index = scratch / "index"
    try git.run(["--work-tree=\(source)", "add", "--all", "--force"], index: index)
    let tree = try git.word(["write-tree"], index: index)
    let (old, last) = (try base(git), try git.word(["rev-parse", "\(Self.tag)^{commit}"]))
    var new = last
    if try git.word(["rev-parse", "\(last)^{tree}"]) != tree || self.package(of: last, git) != package {
      new = try git.word(
        Self.portage + ["commit-tree", "-p", last, "-m", "\(package) as Portage prepares it", tree])
      try git.run(["tag", "--no-sign", "--force", "portage", new])
    }
    if new == old { return false }
    try git.run(["rebase", "--quiet", "--no-autosquash", "--onto", new, old])
    try update()
    return true
  }

  // MARK: Building

  /// The package on whose source the work stands; nil if the commit does not say.
  func package() throws -> PackageVersion? {
    let git = try Git(in: folder)
    return try package(of: base(git), git)
  }

  private func package(of commit: String, _ git: Git) throws -> PackageVersion? {
    let text = try git.word(["log", "-1", "--format=%s", commit])
    return text.split(separator: " ").first.flatMap { PackageVersion($0) }
  }

  /// Brings the patch up to date with which the package is built.
  ///
  /// - Throws: `UserError` for what no patch can say.
  func update() throws {
    let text = try difference()
    if File.exists(patch), try File.read(patch) == text { return }
    try AtomicFile.write(text, to: patch)
  }

  /// What all files have, committed or not, that is not Portage's. Files that git ignores do not count.
  private func difference() throws -> [UInt8] {
    let git = try Git(in: folder)
    let conflicts = try git.answer(["ls-files", "--unmerged"])
    if !conflicts.isEmpty { throw UserError.inConflict(folder) }
    let scratch = try Directory.createTemporary(prefix: "/tmp/sysbuild-workon-")
    defer { try? Directory.removeTree(scratch) }
    // Files that git does not know yet are noted in an index of our own.
    let (index, patch) = (scratch / "index", scratch / "patch")
    let own = folder / ".git/index"
    try File.write(try File.read(own), to: index)
    // git distrusts what it knows of a file that is as new as its index.
    try File.setModified(index, Int(try FileStatus(own).modified / 1_000_000_000))
    try git.run(["add", "--intent-to-add", "."], index: index)
    try git.run(["diff", "--output=\(patch)"] + Self.format + [base(git), "--"], index: index)
    let text = try File.read(patch)
    if let line = text.split(separator: 0x0A).first(where: { $0.starts(with: Array("Binary files ".utf8)) }) {
      throw UserError.binary(printable(line), folder)
    }
    return text
  }

  // MARK: The end

  /// The commits as patches.
  ///
  /// - Parameter first: the number of the first.
  /// - Returns: the name and the content of each, in their order.
  /// - Throws: `UserError` if something is in no commit, or if patches do not give the same files.
  func patches(from first: Int) throws -> [(name: String, text: [UInt8])] {
    let git = try Git(in: folder)
    try requireCommits(git)
    let base = try base(git)
    let range = "\(base)..HEAD"
    if !(try git.answer(["rev-list", "--merges", range])).isEmpty { throw UserError.merged(folder) }
    let scratch = try Directory.createTemporary(prefix: "/tmp/sysbuild-workon-")
    defer { try? Directory.removeTree(scratch) }
    try git.run(
      ["format-patch", "--quiet", "--output-directory=\(scratch)", "--start-number=\(first)"] + Self.format
        + [
          "--no-numbered", "--no-signature", "--no-stat", "--zero-commit", "--no-attach", "--no-thread",
          "--no-cover-letter", "--no-base", "--suffix=.patch", range,
        ])
    let names = try Directory.entries(of: scratch).map { "\($0.name)" }.sorted()
    let patches = try names.map { (name: $0, text: try File.read(scratch / Path($0))) }
    try check(patches.map { scratch / Path($0.name) }, behind: base)
    return patches
  }

  private func requireCommits(_ git: Git) throws {
    for name in ["rebase-merge", "rebase-apply", "MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD"]
    where File.exists(folder / ".git" / Path(name)) {
      throw UserError.underWay(folder)
    }
    let changes = try git.answer(["status", "--porcelain", "--untracked-files=all"])
    if !changes.isEmpty { throw UserError.uncommitted(changes, folder) }
  }

  /// Has patch(1), as eapply does it, make of a commit what the last one has.
  private func check(_ patches: [Path], behind base: String) throws {
    let git = try Git(in: folder)
    let scratch = try Directory.createTemporary(prefix: "/tmp/sysbuild-workon-")
    defer { try? Directory.removeTree(scratch) }
    let (index, files) = (scratch / "index", scratch / "files")
    try Directory.create(files)
    let there = ["--work-tree=\(files)"]
    try git.run(there + ["read-tree", base], index: index)
    try git.run(there + ["checkout-index", "--all"], index: index)
    guard let patch = ProgramSearch.find("patch", in: Settings.systemSearchPath) else {
      throw UserError("'patch' is not on the PATH, which is \(Settings.systemSearchPath): install patch")
    }
    for file in patches {
      let (output, status) = try ProgramOutput.ofBothStreams(
        patch, ["patch", "-p1", "-f", "-g0", "--no-backup-if-mismatch", "-i", "\(file)"],
        environment: ["PATH=\(Settings.systemSearchPath)", "LC_ALL=C"], directory: files)
      guard status.isSuccess else {
        throw UserError.noPatch("\(file.lastComponent)", String(decoding: output, as: UTF8.self), folder)
      }
    }
    try git.run(there + ["add", "--all", "--force"], index: index)
    let others = try git.answer(["diff", "--cached", "--name-only", "HEAD"], index: index)
    if !others.isEmpty { throw UserError.otherFiles(others, folder) }
  }
}
