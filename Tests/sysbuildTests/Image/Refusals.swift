import Platform
import Testing

/// An edit after which Portage refuses, or sysbuild in its place.
struct Refusal: CustomTestStringConvertible, Sendable {
  let testDescription: String
  /// What the explanation says.
  let says: [String]
  /// Whether a line is suggested that is enough.
  var hasRemedy = true
  /// Whether a preview gives the same explanation.
  var isForeseen = true
  let change: @Sendable (ImageTree) throws -> Void
  /// What the words of the explanation ask for, where no line helps.
  var correct: (@Sendable (ImageTree) throws -> Void)?

  /// A refusal for which a line is suggested.
  static func line(
    _ description: String, says: String..., isForeseen: Bool = true,
    _ change: @escaping @Sendable (ImageTree) throws -> Void
  ) -> Self {
    Self(testDescription: description, says: says, isForeseen: isForeseen, change: change)
  }

  /// A refusal for which none is.
  static func words(
    _ description: String, says: String..., isForeseen: Bool = true,
    _ change: @escaping @Sendable (ImageTree) throws -> Void,
    corrected correct: (@Sendable (ImageTree) throws -> Void)? = nil
  ) -> Self {
    Self(
      testDescription: description, says: says, hasRemedy: false, isForeseen: isForeseen, change: change,
      correct: correct)
  }

  static let repository = "profiles/tiny/repository"
  static let configuration = "profiles/tiny/target/etc/portage"

  static let all = useFlags + masks + missing + conflicts + ebuilds + phases + sources + settings
}

extension ImageTree {
  /// Writes an ebuild without sources: `name` is `category/name-version`.
  func ebuild(_ name: String, _ variables: [String: String] = [:], _ code: String? = nil) throws {
    let defaults = ["EAPI": "8", "LICENSE": "MIT", "SLOT": "0", "KEYWORDS": "amd64"]
    let all = defaults.merging(variables) { $1 }
    let parts = name.split(separator: "/")
    let package = parts[1].prefix(upTo: try #require(parts[1].lastIndex(of: "-")))
    let file = "\(Refusal.repository)/\(parts[0])/\(package)/\(parts[1]).ebuild"
    try write(
      file,
      "EAPI=\(all["EAPI"] ?? "")\nDESCRIPTION=\"x\"\nS=\"${WORKDIR}\"\n"
        + all.filter { $0.key != "EAPI" }.sorted { $0.key < $1.key }.map { "\($0.key)=\"\($0.value)\"\n" }
        .joined()
        + (code ?? "src_install() {\n\tinsinto /usr/share/versions\n\tnewins - ${PN} <<<\"${P}\"\n}\n"))
  }

  /// Adds an atom to the variant's set `build`.
  func wants(_ atom: String) throws { try append(atom, to: "sets/tiny/build.packages") }
}
