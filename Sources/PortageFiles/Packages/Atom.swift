/// A package as a set or a command line names it: `>=sys-libs/libcap-2.70:0::gentoo[pam,-static-libs]`.
///
/// It knows no file and no installed package. The syntax is that of the Package Manager Specification,
/// chapter 8.3, without blockers, wildcards and build numbers, which make no sense in a set.
public struct Atom: Hashable, Sendable {
  public enum Operator: String, CaseIterable, Sendable {
    case lessOrEqual = "<="
    case greaterOrEqual = ">="
    case less = "<"
    case greater = ">"
    case equal = "="
    case anyRevision = "~"
  }

  /// `:name/subslot` and what follows it; each part may be missing, not all at once.
  public struct Slot: Hashable, Sendable {
    public let name: String?
    let subslot: String?
    /// `=` or `*`.
    let rebuild: Character?
  }

  /// Present if and only if there is a version.
  let versionOperator: Operator?
  public let category: String
  public let name: String
  /// With its revision: `2.70-r1`.
  public let version: String?
  /// Whether a `*` follows the version: any version that begins like it.
  let matchesPrefix: Bool
  public let slot: Slot?
  public let repository: String?
  /// The USE dependencies between the brackets, each once, ordered by their bytes.
  public let use: [String]

  /// `category/name`, by which package.use and its like know the package.
  public var package: String { "\(category)/\(name)" }

  /// Whether a USE dependency hangs on the flags of a parent package (`flag?`, `flag=`).
  var hasConditionalUse: Bool { use.contains { $0.last == "?" || $0.last == "=" } }

  /// - Throws: `AtomError` with the remedy, if `text` is not exactly one atom.
  public init(parsing text: some StringProtocol) throws(AtomError) {
    var parser = AtomParser(String(text))
    self = try parser.parse()
  }

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
  /// The one way to write this atom; emerge takes it.
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
  public var description: String {
    (name ?? "") + (subslot.map { "/" + $0 } ?? "") + (rebuild.map(String.init) ?? "")
  }
}
