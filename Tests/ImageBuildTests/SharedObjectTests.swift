import Platform
import Stamps
import TestSupport
import Testing

@testable import ImageBuild

private let source = """
  int table[4] = {1};
  int function(void) { return 1; }
  __thread long local;
  static int own;
  int *pointer = &own;
  __attribute__((weak)) void weak(void) {}
  __attribute__((visibility("hidden"))) int hidden;
  __attribute__((visibility("protected"))) int protected_function(void) { return 2; }
  static void *resolver(void) { return function; }
  void __attribute__((ifunc("resolver"))) indirect(void);
  __asm__(".symver old, versioned@V1");
  __asm__(".symver new, versioned@@V2");
  int old(void) { return 1; }
  int new(void) { return 2; }
  """

@Suite struct SharedObjectTests {
  private let tree: TestTree
  private let readelf = SharedObjects(readelf: "/usr/bin/readelf")

  init() throws {
    tree = try TestTree([
      "all.c": source, "none.c": "static int nothing;", "versions": "V1 { global: *; };\nV2 {} V1;\n",
      "text.so": "INPUT(all.so)\n",
    ])
    try compile(
      "all.c", "-Wl,-soname,liball.so.1", "-Wl,--version-script=\(tree.path)/versions", as: "all.so.1")
    try compile("none.c", "-nostdlib", as: "none.so")
  }

  private func compile(_ file: String, _ options: String..., as name: String) throws {
    try run(
      ["/usr/bin/gcc", "-shared", "-fPIC"] + options + ["\(tree.path / file)", "-o", "\(tree.path / name)"])
  }

  @discardableResult
  private func run(_ words: [String]) throws -> String {
    let (output, status) = try ProgramOutput.ofBothStreams(
      Path(words[0]), words, environment: ["PATH=/usr/bin:/bin", "LC_ALL=C"], directory: "/")
    try #require(status.isSuccess, "\(String(decoding: output, as: UTF8.self))")
    return String(decoding: output, as: UTF8.self)
  }

  private func entries(_ files: String...) throws -> [String: String] {
    let entries = try #require(try readelf.entries(of: files.map { Path($0) }, in: tree.path))
    return Dictionary(
      uniqueKeysWithValues: entries.map {
        (String(decoding: $0.key, as: UTF8.self), String(decoding: $0.value, as: UTF8.self))
      })
  }

  @Test("the symbols are those that nm lists as defined, with their versions") func symbols() throws {
    let names = try run(["/usr/bin/nm", "--dynamic", "--defined-only", "\(tree.path)/all.so.1"])
      .split(separator: "\n").compactMap { $0.split(separator: " ").last }
    let found = try entries("all.so.1").keys.compactMap { $0.split(separator: " symbol ").dropFirst().first }
    #expect(Set(found) == Set(names) && found.count == names.count)
  }

  @Test("each has its type and, for data, its size") func types() throws {
    let entries = try entries("all.so.1", "none.so")
    #expect(entries["all.so.1"] == "shared object liball.so.1" && entries["none.so"] == "shared object ")
    let expected = [
      "function@@V1": "FUNC", "table@@V1": "OBJECT 16", "local@@V1": "TLS 8", "pointer@@V1": "OBJECT 8",
      "weak@@V1": "FUNC", "protected_function@@V1": "FUNC", "indirect@@V1": "IFUNC", "versioned@V1": "FUNC",
      "versioned@@V2": "FUNC",
    ]
    for (name, kind) in expected { #expect(entries["all.so.1 symbol \(name)"] == kind, "\(name)") }
    #expect(!entries.keys.contains { $0.contains("hidden") || $0.contains("own") })
  }

  @Test("code counts nothing") func code() throws {
    let before = try entries("all.so.1")
    try tree.write("all.c", source.replacing("return 1", with: "return table[1] * 7"))
    try compile(
      "all.c", "-Wl,-soname,liball.so.1", "-Wl,--version-script=\(tree.path)/versions", as: "all.so.1")
    #expect(try entries("all.so.1") == before)
  }

  @Test("what is none: a linker script, a program, a damaged one") func others() throws {
    #expect(SharedObjects.isOne(tree.path / "all.so.1") && !SharedObjects.isOne(tree.path / "text.so"))
    try run(["/bin/cp", "/usr/bin/env", "\(tree.path)/env"])
    #expect(!SharedObjects.isOne(tree.path / "env") && !SharedObjects.isOne(tree.path / "absent.so"))
    let whole = try File.read(tree.path / "all.so.1")
    try File.write(Array(whole[..<(whole.count / 2)]), to: tree.path / "half.so")
    #expect(SharedObjects.isOne(tree.path / "half.so"))
    #expect(try readelf.entries(of: ["all.so.1", "half.so"], in: tree.path) == nil)
    #expect(try readelf.entries(of: ["half.so"], in: tree.path) == nil)
  }

  @Test("machines with more words before the section, and sizes in hexadecimal digits") func otherMachines() {
    let output = """
      Symbol table '.dynsym' contains 4 entries:
         Num:    Value          Size Type    Bind   Vis      Ndx Name
           1: 0000000000000000     0 FUNC    GLOBAL DEFAULT  UND puts@GLIBC_2.17 (2)
           2: 0000000000000780    12 FUNC    GLOBAL DEFAULT [VARIANT_PCS]   11 vector
           3: 0000000000012000 0x186a0 OBJECT GLOBAL DEFAULT   21 large
      """
    let entries = SharedObjects.entries(in: output, of: ["x.so"]) ?? []
    #expect(
      entries == [
        Listing.Entry("x.so", "shared object "), Listing.Entry("x.so symbol vector", "FUNC"),
        Listing.Entry("x.so symbol large", "OBJECT 0x186a0"),
      ])
  }
}
