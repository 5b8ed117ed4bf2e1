import Platform
import TestSupport
import Testing

@testable import BuildSettings
@testable import PortageFiles

struct VariantFileTests {
  private func parses(
    _ text: String, _ expected: [String], _ location: SourceLocation = #_sourceLocation
  ) {
    do {
      let variables = try VariantFile(Array(text.utf8), file: "variant.conf").variables
      #expect(variables.map { "\($0.name)=\($0.value)" } == expected, sourceLocation: location)
    } catch {
      Issue.record("\(error)", sourceLocation: location)
    }
  }

  @Test func values() throws {
    parses("", [])
    parses("# only\n\n   \t# this\n", [])
    parses("A=b", ["A=b"])
    parses("  A=b  # c\r\nB=#x\n", ["A=b", "B=#x"])
    parses("A=\nB=\"\"\nC= # none", ["A=", "B=", "C="])
    parses("A='x y'\" z\"\\ w", ["A=x y z w"])
    parses("A='$x `y` \"z\" \\'", ["A=$x `y` \"z\" \\"])
    parses(#"A="\"\\\$\`\n""#, [#"A="\$`\n"#])
    parses("A=a#b", ["A=a#b"])
    parses(
      "A=x86_64\nB=${A}-linux\nC=\"${B}/${A}\"\nD='${A}'",
      ["A=x86_64", "B=x86_64-linux", "C=x86_64-linux/x86_64", "D=${A}"])
    parses("A=b=c", ["A=b=c"])
    let variables = try VariantFile(Array("\nA=b\n\nB=c".utf8), file: "f").variables
    #expect(variables.map(\.place) == ["f:2", "f:4"])
  }

  private func refuses(_ text: String, _ message: String, _ location: SourceLocation = #_sourceLocation) {
    do {
      let file = try VariantFile(Array(text.utf8), file: "variant.conf")
      Issue.record("parsed as \(file.variables)", sourceLocation: location)
    } catch {
      #expect(error.description == "variant.conf:" + message, sourceLocation: location)
    }
  }

  @Test func mistakes() {
    refuses("CHOST", "1: 'CHOST' is not an assignment: write NAME=value")
    refuses("=x", "1: '=x' is not an assignment: write NAME=value")
    refuses("\nA = b", "2: a space beside the '=' of 'A': write A=value")
    refuses("A= b", "1: a space beside the '=' of 'A': write A=value")
    refuses(
      "1A=b",
      "1: '1A' is not the name of a variable: use letters, digits and '_', and do not begin with a digit")
    refuses(
      "export A=b",
      "1: 'export A' is not the name of a variable: use letters, digits and '_', and do not begin with a digit")
    refuses("A=1\n#\nA=2", "3: 'A' has a value already, from line 1: delete one of the two")
    refuses("A='b\nc'", "1: a single quote that is not closed on its line: close it")
    refuses("A=\"b", "1: a double quote that is not closed on its line: close it")
    refuses(
      "A=b\\", "1: a backslash at the end of the line: a value cannot continue on the next line, so remove it")
    refuses("A=b c # d", "1: 'c # d' follows the value of 'A': put a value with spaces in quotes")
    let shell =
      "is shell syntax, but no shell reads this file: only ${NAME} is expanded; for the character itself, put the value in single quotes"
    refuses("A=$(pwd) x", "1: '$(pwd)' \(shell)")
    refuses("A=\"$HOME\"", "1: '$HOME' \(shell)")
    refuses("A=`pwd`", "1: '`pwd`' \(shell)")
    refuses("A=${B:-x}", "1: '${B:-x}' \(shell)")
    refuses("A=${B", "1: '${B' \(shell)")
    refuses(
      "ARCH=x\nB=${ARHC}", "2: ${ARHC} has no value: set ARHC on an earlier line: did you mean 'ARCH'?")
    refuses("A=${A}", "1: ${A} has no value: set A on an earlier line")
  }

  @Test func files() throws {
    let tree = try TestTree(["profiles/demo/variant.conf": "A=b"])
    let file = tree.path / "profiles/demo/variant.conf"
    #expect(
      try VariantFile(path: file, in: tree.path).variables.map(\.place) == ["profiles/demo/variant.conf:1"])
    try tree.write("profiles/demo/variant.conf", bytes: [0x41, 0x3D, 0x62, 0x0A, 0xFF])
    #expect(
      message { _ = try VariantFile(path: file, in: tree.path) }
        == "profiles/demo/variant.conf:2: a byte that is not UTF-8: save the file as UTF-8")
    #expect(
      message { _ = try VariantFile(path: tree.path / "none", in: tree.path) }
        == "none: does not exist: create it")
  }
}
