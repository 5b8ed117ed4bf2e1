import TextKit

/// One version of a package, as Portage writes it: `sys-libs/pam-1.5.3-r1` (Portage calls it CPV).
public struct PackageVersion: Hashable, Sendable {
  /// The category, `sys-libs`.
  public let category: String
  /// The name without the category, `pam`.
  public let name: String
  /// The version with its revision: `1.5.3-r1`.
  public let version: String

  /// Makes a version from its parts, which are not checked.
  public init(category: String, name: String, version: String) {
    self.category = category
    self.name = name
    self.version = version
  }

  /// Parses `text`; nil if it is not `category/name-version`.
  public init?(_ text: some StringProtocol) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty else { return nil }
    self.init(category: String(parts[0]), nameAndVersion: Array(parts[1].utf8)[...])
  }

  /// Parses `nameAndVersion`, such as `pam-1.5.3-r1` (Portage calls it PF); nil if it does not end in a
  /// version.
  public init?(category: String, nameAndVersion: ArraySlice<UInt8>) {
    guard let start = AtomGrammar.versionStart(in: nameAndVersion) else { return nil }
    self.init(
      category: category, name: String(decoding: nameAndVersion[..<(start - 1)], as: UTF8.self),
      version: String(decoding: nameAndVersion[start...], as: UTF8.self))
  }

  /// `category/name`.
  public var package: String { "\(category)/\(name)" }
}

extension PackageVersion: CustomStringConvertible {
  /// `category/name-version`.
  public var description: String { "\(package)-\(version)" }
}

extension PackageVersion: Comparable {
  /// Compares the bytes of category, name and version. This order does not tell which of two versions is newer.
  public static func < (left: Self, right: Self) -> Bool {
    left.key.lexicographicallyPrecedes(right.key) { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  private var key: [String] { [category, name, version] }
}

/// Something that belongs to one version of a package, such as an installed package or a binary package.
public protocol VersionedPackage {
  /// The version that it belongs to.
  var id: PackageVersion { get }
}

extension VersionedPackage {
  /// The category, `sys-libs`.
  public var category: String { id.category }
  /// The name without the category, `pam`.
  public var name: String { id.name }
  /// The version with its revision: `1.5.3-r1`.
  public var version: String { id.version }
  /// `category/name`.
  public var package: String { id.package }
  /// `category/name-version`.
  public var versionedName: String { id.description }
}
