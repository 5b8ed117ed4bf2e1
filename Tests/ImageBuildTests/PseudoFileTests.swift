import Glibc
import Platform
import TestSupport
import Testing
import TextKit

@testable import ImageBuild

@Suite struct PseudoFileTests {
  private let folder: TemporaryFolder
  private var root: Path { folder.path / "root" }

  init() throws {
    folder = try TemporaryFolder()
    try folder.write("root:x:0:0::/:/bin/sh\nweb:x:70:71::/:/bin/false\n", to: "root/etc/passwd")
    try folder.write("root:x:0:\nwww:x:71:web\n", to: "root/etc/group")
    try folder.write("", to: "root/bin/program")
    try Directory.create(root / "dev")
    try File.symlink("bin", at: root / "sbin")
  }

  @Test("mksquashfs would make the same of the same lines", .enabled(if: getuid() == 0))
  func asMksquashfs() throws {
    let lines = """
      # A comment.

      /bin/program m 4751 70 71
      bin m 1750 0 71
      srv d 2775 70 71
      srv/inner d 700 70 0
      /srv/link s 777 70 71 ../etc/passwd
      dev/console c 600 0 5 5 1
      dev/vda b 660 0 6 254 0
      / m 711 0 0
      """
    try folder.write(lines, to: "pseudo-files")
    func squash(_ name: String, _ options: [String]) throws -> String {
      let words =
        ["mksquashfs", "\(root)", "\(folder.path)/\(name)", "-all-time", "0", "-noappend"] + options + [
          "-e", "var",
        ]
      _ = try output(words)
      return try output(["unsquashfs", "-lln", "\(folder.path)/\(name)"])
    }
    // Only of the root itself its own option says so.
    let expected = try squash("one", ["-pf", "\(folder.path)/pseudo-files", "-root-mode", "711"])
    #expect(expected.contains("-rwsr-x--x 70/71 ") && expected.contains(" 254,  0 "), "\(expected)")

    try apply(lines)
    #expect(try squash("other", ["-pf", "\(root / RootAttributes.nodes)"]) == expected)
    #expect(
      try read(RootAttributes.listing) == """
        .\t711 0 0
        bin\t1750 0 71
        bin/program\t4751 70 71
        srv\t2775 70 71
        srv/inner\t700 70 0
        srv/link\t777 70 71
        dev/console c 600 0 5 5 1
        dev/vda b 660 0 6 254 0

        """)
  }

  @Test(
    "users are those of the image, links in it are followed, and setcap's text is a capability",
    .enabled(if: getuid() == 0))
  func names() throws {
    try apply(
      "/sbin/program m 755 web www\n/sbin/program x security.capability=cap_net_raw=ep\nbin x user.a=b c\n")
    #expect(
      try read(RootAttributes.listing) == """
        bin\tuser.a=0x622063
        bin/program\t755 70 71 security.capability=0x0100000200200000000000000000000000000000

        """)
    #expect(try output(["getcap", "\(root)/bin/program"]) == "\(root)/bin/program cap_net_raw=ep\n")
    // A mode takes no capability away, but an owner does.
    try apply("bin/program m 755 web www\nbin x user.a=0x00ff\n")
    #expect(try read(RootAttributes.listing) == "bin\tuser.a=0x00ff\nbin/program\t755 70 71\n")
  }

  @Test(
    "what cannot be carried out is an error with its line",
    arguments: [
      ("x", "the type of a pseudo-file is m, d, s, c, b or x, and not ''"),
      ("../x m 755 0 0", "'../x' is no path in the image"),
      ("a/../../x m 755 0 0", "'a/../../x' is no path in the image"),
      ("x f 755 0 0 cat", "the type of a pseudo-file is m, d, s, c, b or x, and not 'f'"),
      ("x m 888 0 0", "the line has to be 'PATH m MODE USER GROUP', with an octal MODE"),
      ("x m 17777 0 0", "the line has to be 'PATH m MODE USER GROUP', with an octal MODE"),
      ("x m 755 0", "the line has to be 'PATH m MODE USER GROUP', with an octal MODE"),
      ("x d 755 0 0 0", "the line has to be 'PATH d MODE USER GROUP', with an octal MODE"),
      ("x s 777 0 0", "the line has to be 'PATH s MODE USER GROUP TARGET', with an octal MODE"),
      ("x c 600 0 0 5", "the line has to be 'PATH c MODE USER GROUP MAJOR MINOR', with an octal MODE"),
      ("x c 600 0 0 5 y", "the line has to be 'PATH c MODE USER GROUP MAJOR MINOR', with an octal MODE"),
      ("bin x user.note", "the line has to be 'PATH x NAME=VALUE'"),
      ("x m 755 0 0", "the image has no '/x'"), ("x x user.a=b", "the image has no '/x'"),
      ("x/y d 755 0 0", "the image has no folder '/x'"),
      ("out/x m 755 0 0", "the image has no folder '/out'"),
      ("bin/program d 755 0 0", "the image has another '/bin/program' already"),
      ("bin s 777 0 0 x", "the image has another '/bin' already"),
      ("bin c 600 0 0 5 1", "the image has another '/bin' already"),
      (
        "bin m 755 wbe 0",
        "the image has no user 'wbe'; did you mean 'web'?: write a number, or add it to etc/passwd of the image"
      ),
      (
        "bin m 755 0 nobody",
        "the image has no group 'nobody': write a number, or add it to etc/group of the image"
      ),
      ("bin x user.a=0x0", "'0x0' has to be pairs of hexadecimal digits behind 0x"),
      ("sbin x user.a=b", "cannot set the extended attribute user.a of 'ROOT/sbin': Operation not permitted"),
      ("bin/program x security.capability=cap_nothing=ep", "setcap refuses 'cap_nothing=ep'"),
    ])
  func mistakes(_ line: String, _ message: String) throws {
    try File.symlink(folder.path, at: root / "out")
    let error = #expect(throws: UserError.self) { try apply("\n\(line)\n") }
    let text = error?.description.replacing("\(root)", with: "ROOT")
    #expect(text == "profiles/a/pseudo-files:2: \(message)")
  }

  // MARK: Helpers

  private func apply(_ lines: String) throws {
    var attributes = RootAttributes(root: root)
    for file in try PseudoFile.parse(Array(lines.utf8), name: "profiles/a/pseudo-files") {
      try attributes.apply(file)
    }
    try attributes.write()
  }

  private func read(_ name: Path) throws -> String {
    String(decoding: try File.read(root / name), as: UTF8.self)
  }

  private func output(_ words: [String]) throws -> String {
    let program = try #require(ProgramSearch.find(words[0], in: "/usr/sbin:/usr/bin:/sbin:/bin"))
    return try #require(try ProgramOutput.of(program, Array(words.dropFirst()), environment: []))
  }
}
