import Platform
import Stamps
import Testing

@testable import ImageBuild

/// The commit that is checked out, as git itself says it.
@Suite struct GitHeadTests {
  private func run(_ script: String, in folder: Path) throws -> String {
    let program = try #require(ProgramSearch.find("sh", in: "/usr/bin:/bin"))
    let prelude = """
      set -eu
      export GIT_CONFIG_GLOBAL=/dev/null HOME=/ GIT_AUTHOR_NAME=x GIT_AUTHOR_EMAIL=x GIT_COMMITTER_NAME=x GIT_COMMITTER_EMAIL=x
      cd "$1"

      """
    let output = try ProgramOutput.of(
      program, ["-c", prelude + script, "sh", "\(folder)"], environment: ["PATH=/usr/bin:/bin"])
    return try #require(output)
  }

  private func expect(_ folder: Path, at location: SourceLocation = #_sourceLocation) throws {
    let head = try run("git rev-parse HEAD", in: folder).dropLast()
    #expect(head.utf8.count == 40, sourceLocation: location)
    #expect(GitHead.commit(of: folder, ReadRecorder()) == String(head), sourceLocation: location)
  }

  @Test("the commit is the one that git names: of a branch, packed, detached, of a work tree, of a submodule")
  func commits() throws {
    let folder = try Directory.createTemporary(prefix: "/tmp/sysbuild-git-")
    defer { try? Directory.removeTree(folder) }
    #expect(GitHead.commit(of: folder, ReadRecorder()) == nil)
    _ = try run("git init -q -b main top", in: folder)
    let top = folder / "top"
    // There is no commit yet.
    #expect(GitHead.commit(of: top, ReadRecorder()) == nil)
    _ = try run("git commit -q --allow-empty -m 1; git commit -q --allow-empty -m 2", in: top)
    try expect(top)
    _ = try run("git branch a/b HEAD^; git pack-refs --all; git switch -q a/b", in: top)
    try expect(top)
    _ = try run("git commit -q --allow-empty -m 3", in: top)
    try expect(top)
    _ = try run("git switch -q --detach main", in: top)
    try expect(top)
    _ = try run("git worktree add -q ../other a/b", in: top)
    try expect(folder / "other")
    _ = try run("git -c protocol.file.allow=always submodule -q add \"$PWD/../other\" sub", in: top)
    try expect(top / "sub")
    // A folder below the top is none.
    try Directory.create(top / "below")
    #expect(GitHead.commit(of: top / "below", ReadRecorder()) == nil)
    try File.write(Array("nonsense\n".utf8), to: top / ".git/HEAD")
    #expect(GitHead.commit(of: top, ReadRecorder()) == nil)
  }
}
