import Platform
import TestSupport
import Testing

/// An edit of a package that others are built against, and the packages that are built anew then in the sysroot.
private struct InterfaceEdit: Sendable {
  let description: String
  let rebuilt: [String]
  let change: @Sendable (ImageTree) throws -> Void

  init(_ description: String, _ rebuilt: [String], _ change: @escaping @Sendable (ImageTree) throws -> Void) {
    self.description = description
    self.rebuilt = rebuilt
    self.change = change
  }
}

private let packages = "profiles/tiny/repository"
private let count = ["dev-libs/count-1"]
private let counter = ["app-misc/counter-1", "dev-libs/count-1"]
private let measure = ["dev-libs/measure-1"]
private let ruler = ["app-misc/ruler-1", "dev-libs/measure-1"]
private let boot = ["sys-boot/boot-1", "sys-firmware/blob-1"]
private let alone = ["app-misc/alone-1"]

/// Edits that concern different packages share a build. The programs of the image then print these numbers.
private let edits: [(edits: [InterfaceEdit], printed: [String: String])] = [
  (
    [
      InterfaceEdit("a static library's code", counter) {
        try $0.edit("\(packages)/dev-libs/count/files/count.c", "1", "2")
      },
      InterfaceEdit("a shared library's code, with the same symbols", measure) {
        try $0.edit("\(packages)/dev-libs/measure/files/measure.c", "100 *", "200 *")
      },
      InterfaceEdit("a file that another package contains", boot) { tree in
        try tree.append("more", to: "\(packages)/sys-firmware/blob/files/blob")
      },
      InterfaceEdit(
        "a script that makes a header", ["app-misc/show-1", "dev-libs/generated-1", "dev-util/generate-1"]
      ) {
        try $0.edit("\(packages)/dev-util/generate/files/generate", "GENERATED 1", "GENERATED 2")
      },
      InterfaceEdit("a package that nothing is built against", alone) {
        try $0.edit("\(packages)/app-misc/alone/files/alone", "1", "2")
      },
    ], ["counter": "20", "ruler": "201", "show": "2"]
  ),
  (
    [
      InterfaceEdit("a header only", counter) {
        try $0.edit("\(packages)/dev-libs/count/files/count.h", "STEP 10", "STEP 20")
      },
      InterfaceEdit("a header of a library two steps below", ruler + ["dev-libs/unit-1"]) {
        try $0.edit("\(packages)/dev-libs/unit/files/unit.h", "UNIT 1", "UNIT 2")
      },
      InterfaceEdit(
        "a script that makes the same header in another way", ["dev-libs/generated-1", "dev-util/generate-1"]
      ) {
        try $0.edit("\(packages)/dev-util/generate/files/generate", "echo", "exec echo")
      },
      InterfaceEdit("a link into the folder that another package reads", boot) {
        try $0.edit(
          "\(packages)/sys-firmware/blob/blob-1.ebuild", "doins \"",
          "dosym blob /usr/share/firmware/other\n\tdoins \"")
      },
    ], ["counter": "40", "ruler": "202", "show": "2"]
  ),
  (
    [
      InterfaceEdit("a comment in a header, whose content counts", counter) { tree in
        try tree.append("// Counts.", to: "\(packages)/dev-libs/count/files/count.h")
      },
      InterfaceEdit("a symbol added", ruler) { tree in
        try tree.append("int measure_thrice(void) { return 3 * measure(); }", to: measures)
      },
    ], [:]
  ),
  (
    [
      InterfaceEdit("documentation and translations only", count) { tree in
        try tree.append("More.", to: "\(packages)/dev-libs/count/files/NOTES")
      },
      InterfaceEdit("a symbol gone", ruler) { tree in
        try tree.removeLine("int measure_thrice(void) { return 3 * measure(); }", from: measures)
      },
    ], [:]
  ),
  (
    [
      InterfaceEdit("a comment in an ebuild", count) { tree in
        try tree.append("# Why.", to: "\(packages)/dev-libs/count/count-1.ebuild")
      },
      InterfaceEdit("a variable of another size", ruler) {
        try $0.edit("\(packages)/dev-libs/measure/files/measure.c", "scale[2]", "scale[3]")
      },
    ], [:]
  ),
  (
    [
      InterfaceEdit("a static library and what contains it", counter) { tree in
        try tree.edit("\(packages)/dev-libs/count/files/count.c", "2", "3")
        try tree.edit("\(packages)/app-misc/counter/files/counter.c", "count()", "1000 + count()")
      },
      InterfaceEdit("another soname", ruler) {
        try $0.edit("\(packages)/dev-libs/measure/measure-1.ebuild", "libmeasure.so.1", "libmeasure.so.2")
      },
    ], ["counter": "1060", "ruler": "202"]
  ),
]

private let measures = "\(packages)/dev-libs/measure/files/measure.c"

@Suite struct InterfaceTests {
  @Test("what is built against something is built anew when its interface has changed, and only then")
  func followers() async throws {
    let tree = try await ImageTree()
    try tree.addNativePackages()
    // Each needs the other. What was built first, against another libcap, was built once more.
    let base = try tree.run(["cat", "\(tree.build)/logs/base/latest"])
    #expect(
      base.contains(
        "sys-libs/pam-1.5.2 is built anew: built against sys-libs/libcap, whose usr/share/versions/"))
    let programs = ["counter": "10", "ruler": "101", "show": "1"]
    #expect(try tree.printed(by: programs.keys) == programs)

    for (edits, printed) in edits {
      let what = edits.map(\.description).joined(separator: "; ")
      let before = try ["sysroot", "rootfs"].map { try tree.builds(in: $0) }
      for edit in edits { try edit.change(tree) }
      let foreseen = try tree.foreseen()
      let build = try tree.sysbuild(["image"])
      try #require(build.status == 0, "\(what): \(build.output)")

      let rebuilt = edits.flatMap(\.rebuilt).map { "~" + $0 }.sorted()
      let changes = try PackageChanges.between(before[0], tree.builds(in: "sysroot"))
      #expect(changes == rebuilt, "\(what): \(build.output)")
      #expect(foreseen.allow(changes, in: "sysroot"), "\(what): \(foreseen)")
      let image = try PackageChanges.between(before[1], tree.builds(in: "rootfs"))
      #expect(image == rebuilt.filter { before[1].keys.contains(String($0.dropFirst())) }, "\(what)")
      #expect(foreseen.allow(image, in: "rootfs"), "\(what): \(foreseen)")
      #expect(try tree.printed(by: printed.keys) == printed, "\(what)")
      #expect(try tree.sysbuild(["image"]).output == "image: up to date\n", "\(what)")
    }
    let boot = String(decoding: try File.read(tree.build / "rootfs/usr/share/firmware/boot"), as: UTF8.self)
    #expect(boot == "blob\nmore\nend\n")
  }
}

extension ImageTree {
  /// Adds the packages of `native`, which are compiled, to the image, and builds it.
  fileprivate func addNativePackages() throws {
    let native = Path(#filePath).parent / "native"
    try run(["cp", "-a", "\(native)/.", "\(source / packages)"])
    let categories = try Directory.entries(of: native).map { "\($0.name)" }
    for category in Set(categories).subtracting(
      try read("\(packages)/profiles/categories").split(separator: "\n").map(String.init)
    ).sorted() {
      try append(category, to: "\(packages)/profiles/categories")
    }
    for package in ["app-misc/alone", "app-misc/counter", "app-misc/ruler", "app-misc/show", "sys-boot/boot"] {
      try append(package, to: "sets/tiny/build.packages")
      try append(package, to: "sets/tiny/install.packages")
    }
    let build = try sysbuild(["image"])
    try #require(build.status == 0, "\(build.output)")
  }

  /// What programs of the image print, run with the C library of this machine, against which they are built.
  func printed(by programs: some Sequence<String>) throws -> [String: String] {
    var printed: [String: String] = [:]
    for program in programs {
      let words = ["env", "LD_LIBRARY_PATH=\(build)/rootfs/usr/lib", "\(build)/rootfs/usr/bin/\(program)"]
      printed[program] = try run(words).split(separator: "\n").joined(separator: " ")
    }
    return printed
  }
}

extension InterfaceTests {
  @Test("follow.packages says what of a package counts: nothing, or all of it", .enabled(if: isTurn(0, of: 2)))
  func followPackages() async throws {
    let tree = try await ImageTree()
    try tree.addNativePackages()
    let rules = "profiles/tiny/follow.packages"
    /// What is built anew in the sysroot by edits.
    func rebuilt(_ change: () throws -> Void) throws -> [String] {
      let before = try tree.builds(in: "sysroot")
      try change()
      let foreseen = try tree.foreseen()
      let build = try tree.sysbuild(["image"])
      try #require(build.status == 0, "\(build.output)")
      let changes = try PackageChanges.between(before, tree.builds(in: "sysroot"))
      #expect(foreseen.allow(changes, in: "sysroot"), "\(foreseen)")
      #expect(try tree.sysbuild(["image"]).output == "image: up to date\n")
      return changes
    }
    // What counts is another, so what was built is not known to be the same.
    try #expect(
      rebuilt { try tree.write(rules, "# why\ndev-libs/measure content\ndev-libs/count  never # a hack\n") }
        == ["~app-misc/counter-1", "~app-misc/ruler-1"])
    let edits = {
      try tree.edit("\(packages)/dev-libs/measure/files/measure.c", "100 *", "200 *")
      try tree.edit("\(packages)/dev-libs/count/files/count.c", "1", "2")
    }
    try #expect(rebuilt(edits) == ["~app-misc/ruler-1", "~dev-libs/count-1", "~dev-libs/measure-1"])
    for (line, message) in [
      ("dev-libs/count sometimes", "'sometimes' says nothing about what is built against the package"),
      (">=dev-libs/count-1 never", "a line has 'category/name', without a version"),
      ("dev-libs/count", "a line has"),
      ("dev-libs/count nevr", "did you mean 'never'?"),
    ] {
      try tree.write(rules, "# why\n\(line)\n")
      let refused = try tree.sysbuild(["image"])
      #expect(refused.status == 2 && refused.output.contains("\(rules):2: "), "\(refused.output)")
      #expect(refused.output.contains(message), "\(refused.output)")
    }
  }

  @Test(
    "a library that nobody has said is needed is warned of, with what to add", .enabled(if: isTurn(1, of: 2)))
  func undeclaredLibraries() async throws {
    let tree = try await ImageTree()
    try tree.edit("sets/tiny/build.packages", "app-misc/leaf\n", "app-misc/leaf\ndev-libs/measure\n")
    try tree.addNativePackages()
    try tree.edit(
      "\(packages)/app-misc/counter/counter-1.ebuild", "-lcount -o", "-lcount -Wl,--no-as-needed -lmeasure -o")
    let build = try tree.sysbuild(["image"])
    #expect(
      build.status == 0
        && build.output.contains(
          "warning: app-misc/counter-1 is linked with libmeasure.so.1 of dev-libs/measure, but does not depend on it"
        ),
      "\(build.output)")
    let edit = "add dev-libs/measure to DEPEND and RDEPEND of counter-1.ebuild"
    #expect(build.output.contains(edit), "\(build.output)")
    // It says so when the package is built, and not each time.
    try tree.edit("\(packages)/app-misc/alone/files/alone", "1", "2")
    let other = try tree.sysbuild(["image"])
    #expect(other.status == 0 && !other.output.contains("is linked with"), "\(other.output)")
  }
}
