import ImageBuild
import Platform
import Testing

@testable import Commands

/// The completions, as the shells themselves take them, and the man page as groff does.
@Suite struct CompletionTests {
  private func run(_ program: String, _ arguments: [String]) throws -> String {
    let path = try #require(
      ProgramSearch.find(program, in: "/usr/local/bin:/usr/bin:/bin"),
      "\(program) is in Tests/host-tools.packages")
    let output = try ProgramOutput.of(path, arguments, environment: ["PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8"])
    return try #require(output, "\(arguments)")
  }

  /// What bash offers for the last of `words`; a stand-in for sysbuild names the targets.
  private func offers(_ words: [String]) throws -> [String] {
    let script = """
      sysbuild() { printf 'target  what it is\\nimage   all\\nworld   packages\\n'; }
      compopt() { :; }
      \(try #require(Completions.script(for: "bash")))
      COMP_WORDS=(sysbuild "$@"); COMP_CWORD=$#
      _sysbuild
      printf '%s\\n' "${COMPREPLY[@]}"
      """
    return try run("bash", ["-c", script, "bash"] + words).split(separator: "\n").map(String.init)
  }

  @Test(
    arguments: [
      (["wh"], ["why"]), (["i"], ["image"]), (["why", ""], ["image", "world"]),
      (["why", "--a"], ["--always-make", "--all"]), (["--wh"], ["--what-if"]),
      (["graph", "--format", "d"], ["dot"]), (["packages", "r"], ["rootfs"]),
      (["packages", "--di"], ["--directory", "--diff"]),
      (["completion", ""], ["bash", "zsh", "fish"]), (["IM"], ["IMAGESDIR="]), (["list", ""], []),
      (["-C", "/us"], ["/usr"]),
    ] as [([String], [String])])
  func bash(_ words: [String], _ expected: [String]) throws { #expect(try offers(words) == expected) }

  /// A word of the table that a shell could not quote would break its script.
  @Test(arguments: [("bash", ["-n"]), ("zsh", ["-n"]), ("fish", ["--no-execute"])])
  func isParsed(_ shell: String, _ options: [String]) throws {
    let script = try #require(Completions.script(for: shell))
    let folder = try Directory.createTemporary(prefix: "/tmp/sysbuild-completion.")
    defer { try? Directory.removeTree(folder) }
    try File.write(Array(script.utf8), to: folder / "script")
    #expect(try run(shell, options + ["\(folder / "script")"]).isEmpty)
    for command in CommandTable.visible { #expect(script.contains(command.name), "\(command.name)") }
    for option in CommandTable.options { #expect(script.contains(option.name.dropFirst(2)), "\(option.name)") }
  }

  /// groff warns of a macro that it does not know; the page names every command and option.
  @Test func manPage() throws {
    let folder = try Directory.createTemporary(prefix: "/tmp/sysbuild-man.")
    defer { try? Directory.removeTree(folder) }
    try File.write(Array(ManPage.text.utf8), to: folder / "sysbuild.1")
    let page = try run(
      "groff", ["-man", "-Tascii", "-rLL=120n", "-P-c", "-P-b", "-P-u", "\(folder / "sysbuild.1")"])
    for command in CommandTable.visible {
      #expect(page.contains("\n       \(command.name)"), "\(command.name)")
    }
    for option in CommandTable.options { #expect(page.contains(option.name), "\(option.name)") }
    #expect(page.contains("sysbuild \(Version.text)"))
  }
}
