import BuildGraph
import Platform
import TestSupport

@testable import ModelSupport

/// What Portage defines, as a trial's world writes it down: the order, comments, spacing and spelling are
/// others each time.
extension FileWorld {
  /// Atoms; some of them in a set that is included.
  func writeSet(_ content: String, to path: Path) throws {
    let name = "\(path.lastComponent)".prefix { $0 != "." }
    let included = "\(name)-more"
    var atoms = content.split(separator: " ").map(String.init)
    for index in atoms.indices where atoms[index].hasSuffix("[x,y]") && generator.chance(50) {
      atoms[index] = String(atoms[index].dropLast(5)) + "[y,x]"
    }
    let more = atoms.filter { _ in generator.chance(30) }
    var own = atoms.filter { !more.contains($0) }
    // What stands in both counts once.
    if let twice = more.first, generator.chance(30) { own.append(twice) }
    try writeText(more, to: path.parent / "\(included).packages")
    if !more.isEmpty || generator.chance(20) { own.append("@\(included)") }
    try writeText(own, to: path)
  }

  /// The lines in any order, with comments and white space; two of a kind are one.
  private func writeText(_ lines: [String], to path: Path) throws {
    var text = generator.chance(50) ? "# \(Int.random(in: 0..<100, using: &generator))\n" : ""
    for line in lines.shuffled(using: &generator) {
      text += generator.chance(30) ? "  \t" : ""
      text += generator.chance(50) ? line : line.split(separator: " ").joined(separator: " \t ")
      text += generator.chance(30) ? "  # why\r\n" : generator.chance(20) ? "\n\n" : "\n"
    }
    try Directory.create(path.parent, intermediates: true)
    try writeFile(text, to: path)
  }

  func writeConfiguration(_ content: String, to root: Path) throws {
    var use: [String] = []
    var mask: [String] = []
    var variables: [String] = []
    var profile = ""
    var defaults = ""
    for word in content.split(separator: " ") {
      let parts = word.split(separator: "=").map(String.init)
      let item = parts[0].split(separator: ":", maxSplits: 1).last.map(String.init) ?? ""
      switch parts[0].prefix(while: { $0 != ":" }) {
      case "use":
        let atomAndFlag = item.split(separator: ":")
        use.append("\(atomAndFlag[0]) \(parts[1] == "on" ? "" : "-")\(atomAndFlag[1])")
      case "mask": mask.append(item)
      case "conf": variables.append(assignment(item, parts[1]))
      case "profile": profile = parts[1]
      default: defaults = parts[1]
      }
    }
    let folder = root / "etc/portage"
    try writeText(use, to: folder / "package.use/00")
    try writeText(mask, to: folder / "package.mask")
    try writeText(variables, to: folder / "make.conf")
    let profiles = root.parent / "profiles-of-\(root.lastComponent)"
    for name in ["p0", "p1"] {
      let isReached = name == profile
      let value = isReached ? defaults : "unread\(Int.random(in: 0..<9, using: &generator))"
      try writeText([assignment("DEFAULT", value)], to: profiles / name / "make.defaults")
      try writeText(["../base"], to: profiles / name / "parent")
    }
    try writeText(["sys-libs/c", "app-misc/a"], to: profiles / "base/package.mask")
    try writeLink("../../../\(profiles.lastComponent)/\(profile)", to: folder / "make.profile")
  }

  /// `NAME=value` in a spelling that `writeText` leaves alone.
  private func assignment(_ name: String, _ value: String) -> String {
    switch Int.random(in: 0..<3, using: &generator) {
    case 0: "\(name)=\(value)"
    case 1: "\(name)=\"\(value)\""
    default: "export \(name)='\(value)'"
    }
  }

  /// Packages with their build numbers.
  func writeInstalled(_ content: String?, to root: Path) throws {
    guard let content else { return try Directory.removeTree(root) }
    try Directory.removeTree(root / "var/db/pkg")
    try Directory.create(root, intermediates: true)
    for word in content.split(separator: " ") {
      let parts = word.split(separator: "=").map(String.init)
      let package = root / "var/db/pkg" / parts[0]
      try Directory.create(package, intermediates: true)
      try writeText([parts[1]], to: package / "COUNTER")
      try File.write(Array("\(parts[1])\n".utf8), to: package / "BUILD_ID")
    }
    if generator.chance(30) {
      try Directory.create(root / "var/db/pkg/app-misc/-MERGING-z-1", intermediates: true)
    }
  }

  func readInstalled(_ root: Path) throws -> String? {
    guard File.exists(root) else { return nil }
    let database = root / "var/db/pkg"
    var words: [String] = []
    for (category, _) in (try? Directory.entries(of: database)) ?? [] {
      for (name, _) in try Directory.entries(of: database / category) where name.bytes.first != 0x2D {
        let number = String(decoding: try File.read(database / category / name / "BUILD_ID"), as: UTF8.self)
        words.append("\(category)/\(name)=\(number.dropLast())")
      }
    }
    return words.sorted().joined(separator: " ")
  }
}
