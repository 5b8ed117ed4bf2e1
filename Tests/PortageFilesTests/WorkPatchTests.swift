import Platform
import Testing

@testable import PortageFiles

@Suite struct WorkPatchTests {
  @Test func aPatchIsReadFileByFile() {
    let first = """
      diff --git a/a/b c b/a/b c
      old mode 100644
      new mode 100755
      """
    let second = """
      diff --git "a/\\303\\244" "b/\\303\\244"
      --- "a/\\303\\244"
      +++ "b/\\303\\244"
      @@ -1 +1 @@
      -diff --git a/x b/x
      +diff --git a/y b/y

      """
    let files = WorkPatch.files(in: Array((first + "\n" + second).utf8))
    #expect(files.map(\.name) == ["a/b c", "\"\\303\\244\""])
    #expect(files.map { String(decoding: $0.lines, as: UTF8.self) } == [first, second])
    #expect(WorkPatch.files(in: Array("\ndiff --git \n".utf8)).map(\.name) == [""])
    #expect(WorkPatch.files(in: []).isEmpty)
  }

  @Test func onlyALinkToThePatchOfAWorkTreeIsOne() throws {
    let folder = try Directory.createTemporary(prefix: "/tmp/sysbuild-test-")
    defer { try? Directory.removeTree(folder) }
    func tree(of name: Path, _ target: Path) throws -> Path? {
      let link = folder / name
      defer { try? File.remove(link) }
      try File.symlink(target, at: link)
      return WorkPatch.tree(of: link)
    }
    #expect(try tree(of: "zzzz-workon.patch", "/home/me/leaf/.git/workon.patch") == "/home/me/leaf")
    #expect(try tree(of: "zzzz-workon.patch", "leaf/.git/workon.patch") == nil)
    #expect(try tree(of: "zzzz-workon.patch", "/home/me/leaf.patch") == nil)
    #expect(try tree(of: "leaf.patch", "/home/me/leaf/.git/workon.patch") == nil)
    #expect(WorkPatch.tree(of: folder / "zzzz-workon.patch") == nil)
  }
}
