import TestSupport

/// What inputs of each kind may hold, in the model's words: of few values, so that an edit often brings an
/// old one back, and many of equal length.
extension Trial {
  mutating func newContent(of spec: String) -> String {
    switch spec.prefix(while: { $0 != ":" }) {
    case "file": return (generator.chance(15) ? "#!" : "") + text()
    case "tree": return tree()
    case "tool": return "bin\(Int.random(in: 0...1, using: &generator)) \(text())"
    case "set": return some(of: Self.atoms).joined(separator: " ")
    case "config": return configuration()
    case "installed":
      return some(of: ["app-misc/a-1", "app-misc/b-2.0-r1", "sys-libs/c-3"]).map { "\($0)=\(digit())" }
        .joined(separator: " ")
    default: return text()
    }
  }

  /// What a missing input of this kind holds: a set and a configuration root must be there.
  mutating func absence(of spec: String) -> String? {
    spec.hasPrefix("set:") || spec.hasPrefix("config:") ? newContent(of: spec) : nil
  }

  private static let atoms = ["<sys-libs/c-2", "app-misc/a", "app-misc/a:1", "app-misc/b[x,y]", "sys-libs/d"]

  private mutating func text() -> String {
    "\(digit())" + String(repeating: "x", count: Int.random(in: 0...2, using: &generator))
  }

  private mutating func digit() -> Int { Int.random(in: 0..<4, using: &generator) }

  private mutating func some(of all: [String]) -> [String] { all.filter { _ in generator.chance(50) } }

  /// Paths with what is there: a text, executable behind `#!`, a link behind `>`, an empty folder as `/`.
  private mutating func tree() -> String {
    let content = text()
    let files = some(of: ["a/b/c", "a/d", "p0", "p1", "p2"]).map { path in
      let kind = generator.chance(15) ? "#!" : generator.chance(15) ? ">" : ""
      return "\(path)=\(kind)\(generator.chance(50) ? content : text())"
    }
    return (files + (generator.chance(20) ? ["q=/"] : [])).joined(separator: " ")
  }

  /// The entries of a configuration root's files, and the profile that it leads to.
  private mutating func configuration() -> String {
    let flags = some(of: ["app-misc/a:x", "app-misc/a:y", "sys-libs/c:x"]).map { flag in
      "use:\(flag)=\(generator.chance(50) ? "on" : "off")"
    }
    let masks = some(of: ["app-misc/b", "sys-libs/c"]).map { "mask:\($0)=on" }
    let variables = some(of: ["CFLAGS", "FEATURES"]).map { "conf:\($0)=\(text())" }
    let profile = ["profile=p\(Int.random(in: 0...1, using: &generator))", "defaults=\(text())"]
    return (flags + masks + variables + profile).joined(separator: " ")
  }
}
