/// A package dependency atom, as a set or a command line has it:
/// `>=sys-libs/libcap-2.70:0::gentoo[pam,-static-libs]`.
///
/// The syntax is that of the Package Manager Specification, chapter 8.3, without blockers, wildcards and build
/// numbers, which make no sense in a set.
public struct Atom: Hashable, Sendable {
  /// The comparison with a version, as written in front of the category.
  public enum Operator: String, CaseIterable, Sendable {
    case lessOrEqual = "<="
    case greaterOrEqual = ">="
    case less = "<"
    case greater = ">"
    case equal = "="
    case anyRevision = "~"
  }

  /// A slot dependency: `:name/subslot`, then `=` or `*`. Each part may be missing, but not all of them.
  public struct Slot: Hashable, Sendable {
    /// The slot; nil in `:=` and `:*`.
    public let name: String?
    let subslot: String?
    /// `=` or `*`.
    let rebuild: Character?
  }

  /// Present if and only if there is a version.
  let versionOperator: Operator?
  /// The category, `sys-libs`.
  public let category: String
  /// The name without the category, `libcap`.
  public let name: String
  /// The version with its revision, `2.70-r1`; nil if the atom has none.
  public let version: String?
  /// Whether a `*` follows the version, so that any version that begins like it matches.
  let matchesPrefix: Bool
  /// The slot dependency; nil if the atom has none.
  public let slot: Slot?
  /// The name of the repository after `::`; nil if the atom has none.
  public let repository: String?
  /// The USE dependencies between the brackets, `pam` and `-static-libs`, each once, ordered by their bytes.
  public let use: [String]

  /// `category/name`, the name of the package in package.use and similar files.
  public var package: String { "\(category)/\(name)" }

  /// Whether a USE dependency depends on the flags of a parent package (`flag?`, `flag=`).
  var hasConditionalUse: Bool { use.contains { $0.last == "?" || $0.last == "=" } }

  /// Parses an atom.
  ///
  /// - Throws: `AtomError`, which names the remedy, if `text` is not exactly one atom.
  public init(parsing text: some StringProtocol) throws(AtomError) {
    var parser = AtomParser(String(text))
    self = try parser.parse()
  }

  /// Makes an atom from its parts, which are not checked.
  ///
  /// - Parameters:
  ///   - versionOperator: present if and only if `version` is.
  ///   - version: with its revision, `2.70-r1`.
  ///   - matchesPrefix: whether a `*` follows the version; only with `.equal`.
  ///   - use: the USE dependencies, each once, ordered by their bytes.
  public init(
    versionOperator: Operator?, category: String, name: String, version: String?, matchesPrefix: Bool,
    slot: Slot?, repository: String?, use: [String]
  ) {
    self.versionOperator = versionOperator
    self.category = category
    self.name = name
    self.version = version
    self.matchesPrefix = matchesPrefix
    self.slot = slot
    self.repository = repository
    self.use = use
  }
}

extension Atom: CustomStringConvertible {
  /// The canonical text of the atom, which emerge takes.
  public var description: String {
    var text = (versionOperator?.rawValue ?? "") + package
    if let version { text += "-" + version + (matchesPrefix ? "*" : "") }
    if let slot { text += ":" + slot.description }
    if let repository { text += "::" + repository }
    if !use.isEmpty { text += "[" + use.joined(separator: ",") + "]" }
    return text
  }
}

extension Atom.Slot: CustomStringConvertible {
  /// The slot dependency without the colon in front: `0/2.70=`.
  public var description: String {
    (name ?? "") + (subslot.map { "/" + $0 } ?? "") + (rebuild.map(String.init) ?? "")
  }
}
