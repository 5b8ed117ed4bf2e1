import Glibc
import Platform
import TestSupport
import Testing

private let leaf = "app-misc/leaf/leaf-1.ebuild"

/// Updates that are ended.
extension UpdateTests {
  @Test("one that is ended while it asks leaves all as it was", arguments: [SIGKILL, SIGTERM])
  func ended(_ signal: CInt) async throws {
    let followed = try await FollowedRepository()
    let tree = followed.tree
    let (started, never) = try (HeldFIFO(tree.folder / "reading"), HeldFIFO(tree.folder / "never"))
    defer { for fifo in [started, never] { try? File.remove(fifo.path) } }
    let ebuild = try followed.read(leaf)
    try followed.write(
      "app-misc/leaf/leaf-2.ebuild", ebuild + "\necho reading > '\(started.path)'\nread < '\(never.path)'\n")
    try followed.commit()
    let state = try followed.state()
    let sysbuild = try tree.start(["update", "--yes"])
    _ = try started.lines(1, from: sysbuild)
    kill(sysbuild.pid, signal)
    #expect(try sysbuild.reap().shellStatus == 128 + signal)
    try wait { try tree.processes() == [] }
    #expect(try followed.state() == state)
    try followed.write("app-misc/leaf/leaf-2.ebuild", ebuild)
    try followed.commit()
    let again = try followed.update("--yes")
    #expect(again.status == 0 && again.output.contains("update "), "\(again.output)")
    #expect(try followed.clone("rev-parse", "HEAD") == followed.git("rev-parse", "HEAD"))
  }

  @Test("a pull that has begun comes to its end, though sysbuild is killed")
  func killedWhilePulling() async throws {
    let followed = try await FollowedRepository()
    let tree = followed.tree
    let (started, go) = try (HeldFIFO(tree.folder / "smudging"), HeldFIFO(tree.folder / "go"))
    defer { for fifo in [started, go] { try? File.remove(fifo.path) } }
    func release() throws { try tree.run(["sh", "-c", "echo go > '\(go.path)'"]) }
    try followed.clone(
      "config", "filter.held.smudge", "echo smudging > '\(started.path)'; read line < '\(go.path)'; cat")
    try followed.write(".gitattributes", "\(leaf) filter=held\n")
    try followed.write(leaf, try followed.read(leaf) + "# edited\n")
    try followed.commit()
    let sysbuild = try tree.start(["update", "--yes"])
    // To see what changes, and then to change it.
    _ = try started.lines(1, from: sysbuild)
    try release()
    _ = try started.lines(1, from: sysbuild)
    kill(sysbuild.pid, SIGKILL)
    _ = try sysbuild.reap()
    #expect(try followed.clone("rev-parse", "HEAD") != followed.git("rev-parse", "HEAD"))
    try release()
    try wait { try followed.clone("rev-parse", "HEAD") == followed.git("rev-parse", "HEAD") }
    try wait { !File.exists(tree.source / FollowedRepository.name / ".git/index.lock") }
    #expect(try followed.clone("status", "--porcelain").isEmpty)
  }
}
