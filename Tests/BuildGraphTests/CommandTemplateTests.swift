import BuildGraph
import Platform
import TestSupport
import Testing
import TextKit

@testable import ModelSupport

private func words(_ line: String) throws -> [String] {
  try CommandTemplate(line).words.map { $0.expanded { "<\($0)>" } }
}

/// The words that a real shell makes of each line, a shell for all of them.
private func shellWords(_ lines: [String]) throws -> [[String]] {
  let script = lines.map { "printf '%s\\0' \($0); printf '\\1\\0'\n" }.joined()
  let pipe = try FileDescriptor.pipe()
  var template = Array("/tmp/sysbuild-test.\(Clock.wall).sh".utf8)
  template.append(0)
  let file = Path(bytes: template)
  try File.write(Array(script.utf8), to: file)
  defer { try? File.remove(file) }
  let child = try ChildProcess(
    program: "/bin/sh", arguments: [Array("sh".utf8), file.bytes], environment: [Array("LC_ALL=C.UTF-8".utf8)],
    output: pipe.write.raw, error: 2)
  let output = try everything(pipe)
  #expect(try child.reap() == .exited(0))
  var found: [[String]] = [[]]
  for word in output.split(separator: 0, omittingEmptySubsequences: false).dropLast() {
    if word.elementsEqual([1]) {
      found.append([])
    } else {
      found[found.count - 1].append(String(decoding: word, as: UTF8.self))
    }
  }
  return Array(found.dropLast())
}

private func everything(_ pipe: consuming Pipe) throws -> [UInt8] {
  try pipe.write.close()
  return try pipe.read.readAll()
}

@Test func wordsAsAShellSplitsThem() throws {
  var lines = [
    "a", "a b", "  a\tb  ", "'a b' c", "\"a b\" c", "a' 'b", "a\" \"b", "''", "\"\"", "a '' b", "'\\'",
    "\"\\\\\"",
    "\"\\\"\"", "\\ ", "a\\ b", "\\a", "\"\\a\"", "'\"'", "\"'\"", "\"a\\`b\"", "\\`", "a\\\nb", "\"a\\\nb\"",
    "'a\\\nb'", "\"a\nb\"", "\"\\\\n\"", "a'b'\"c\"d", "\\'", "\\\"", "\\\\", "é \"\u{301}\" '\u{301}'",
    "a \\\n b",
    "--x=y", "a=b", "x{1}", "\\\n a",
  ]
  var generator = SeededGenerator(seed: 7)
  let pieces = [
    "a", "b", " ", "\t", "'", "\"", "\\", "\\\\", "x y", "é", "\\\n", "=", "-", "\\\"", "\\'", "\"\\`\"", "{",
    "}", "%", "^",
    "\u{301}", "\"\"", "''",
  ]
  while lines.count < 600 {
    let line = (0..<Int.random(in: 1...9, using: &generator)).map { _ in
      pieces.randomElement(using: &generator) ?? ""
    }.joined()
    // What is not closed is an error here and waits for more there.
    // A line feed that no backslash hides ends a command there, and is a blank here.
    if (try? words(line)) != nil, line.firstRange(of: "\\\\\n") == nil { lines.append(line) }
  }
  let expected = try shellWords(lines.map { "x " + $0 }).map { Array($0.dropFirst()) }
  try #require(expected.count == lines.count, "\(lines[expected.count].debugDescription)")
  for (line, expected) in zip(lines, expected) {
    let found = try words("x " + line).dropFirst()
    #expect(bytes(found) == bytes(expected), "\(line.debugDescription)")
    // Its canonical spelling is the same command, and its own canonical spelling.
    let command = try CommandTemplate("x " + line)
    let again = try CommandTemplate("\(command)")
    #expect(again == command, "\(line.debugDescription) as \(command)")
    #expect("\(again)".utf8.elementsEqual("\(command)".utf8))
  }
  // What `show` prints is read back by a shell as the words that run.
  let quoted = try lines.map { line in try words("x " + line).map { shellQuoted($0) }.joined(separator: " ") }
  let read = try shellWords(quoted)
  for (line, found) in zip(lines, read) { #expect(bytes(found) == bytes(try words("x " + line)), "\(line)") }
}

/// String's own `==` takes two spellings of an accented letter for one.
private func bytes(_ words: some Sequence<String>) -> [[UInt8]] { words.map { Array($0.utf8) } }

@Test(
  arguments: [
    ("cc ${A}", ["cc", "<A>"]), ("cc '${A}'", ["cc", "${A}"]), ("cc \"${A} b\"", ["cc", "<A> b"]),
    ("cc $$", ["cc", "$"]), ("cc \\$x", ["cc", "$x"]), ("cc \"\\$x\"", ["cc", "$x"]),
    ("cc '$x'", ["cc", "$x"]),
    ("cc a${A}b${B}", ["cc", "a<A>b<B>"]), ("cc ${set:x/y.z}", ["cc", "${set:x/y.z}"]), ("${A}", ["<A>"]),
    ("", []), ("  ", []), ("cc # no comment", ["cc", "#", "no", "comment"]), ("cc a;b|c>d", ["cc", "a;b|c>d"]),
    ("cc *.c", ["cc", "*.c"]), ("cc ~", ["cc", "~"]),
  ])
func references(_ line: String, _ expected: [String]) throws {
  #expect(try words(line) == expected)
}

@Test func assignmentsInFront() throws {
  let command = try CommandTemplate("A=1 B_2='x y'${C} =d E=5 cc F=6")
  #expect(command.assignments.map(\.name) == ["A", "B_2"])
  #expect(command.assignments.map { $0.value.expanded { "<\($0)>" } } == ["1", "x y<C>"])
  #expect(command.words.map(\.description) == ["=d", "E=5", "cc", "F=6"])
  #expect("\(command)" == "A=1 B_2=\"x y${C}\" =d E=5 cc F=6")
  #expect(try CommandTemplate("A= cc").assignments.map { $0.value.parts.count } == [0])
  #expect(try CommandTemplate("1A=x cc").assignments.isEmpty)
  #expect(try CommandTemplate("A=1").words.isEmpty)
}

@Test(
  arguments: [
    ("$", TemplateError.looseDollar), ("a$b", .looseDollar), ("$ ", .looseDollar),
    ("${", .unterminatedReference("")),
    ("${A", .unterminatedReference("A")), ("${}", .badName("")), ("${a-b}", .badName("a-b")),
    ("${1}", .badName("1")),
    ("${a-b:c}", .badName("a-b:c")),
  ])
func mistakesInTemplates(_ text: String, _ error: TemplateError) {
  #expect(throws: error) { try Template(text) }
  #expect(throws: error) { try CommandTemplate("cc \(text)") }
}

@Test(
  arguments: [
    ("", 0), ("a", 1), ("${A}", 1), ("a${A}", 2), ("${A}${A}", 2), ("$$", 1), ("a$$b", 1), ("${set:a b}", 1),
    ("\u{301}$$\u{301}", 1),
  ])
func templatesAreWrittenAsTheyAreRead(_ text: String, _ parts: Int) throws {
  let template = try Template(text)
  #expect(template.parts.count == parts)
  #expect(template.description.utf8.elementsEqual(text.utf8))
}

/// Found by fuzzing: between double quotes a reference stands as it is, whatever its name holds.
@Test func referencesInQuotedWords() throws {
  let line = #"cc "a \"b\\ ${set:c\d"e}" "$$ x""#
  #expect(try CommandTemplate(line).description == line)
}

@Test func partsOfTemplates() throws {
  let template = try Template("a$$b${C}${set:d:e}${C}")
  #expect(
    template.parts == [.text("a$b"), .variable("C"), .items(kind: "set", name: "d:e"), .variable("C")])
  #expect(template.variables == ["C", "C"])
  #expect(template.expanded { _ in "$" } == "a$b$${set:d:e}$")
}

@Test func variablesAndTheirNames() {
  var variables = Variables()
  variables.set("A", "1", origin: "default")
  variables.set("B", "2", origin: "default", isNeutral: true)
  variables.set("A", "3", origin: "command line")
  #expect(variables.names == ["A", "B"])
  #expect(variables["A"]?.value == "3" && variables["A"]?.origin == "command line")
  #expect(variables["B"]?.isNeutral == true && variables["A"]?.isNeutral == false)
  #expect(variables["C"] == nil)
  for name in ["a", "Z", "_", "a1_", "_1"] { #expect(Variables.isName(name)) }
  for name in ["", "1", "a-b", "é", "a b", "@", "[", "`", "{", "a:"] {
    #expect(!Variables.isName(name), "\(name)")
  }
}

@Test(
  arguments: [
    ("kernal", "kernel"), ("krenel", "kernel"), ("kernl", "kernel"), ("xkernel", "kernel"), ("imgae", "image"),
    ("b", "a"), ("xyz", nil), ("kern", nil), ("", "a"),
  ] as [(String, String?)])
func suggestions(_ word: String, _ expected: String?) {
  #expect(suggestion(for: word, among: ["kernel", "image", "a", "world"]) == expected)
  #expect(didYouMean(word, among: ["kernel"]).isEmpty == (suggestion(for: word, among: ["kernel"]) == nil))
}

@Test func theNearestIsSuggested() {
  #expect(suggestion(for: "rootf", among: ["root", "rootfs", "boots"]) == "root")
  #expect(suggestion(for: "rootfx", among: ["roots", "rootfs"]) == "rootfs")
  #expect(didYouMean("imag", among: ["image"]) == "; did you mean 'image'?")
}
