import TextKit

/// One version of a package, as Portage writes it: `sys-libs/pam-1.5.3-r1` (`CPV` in Portage's own words).
public struct PackageVersion: Hashable, Sendable {
  public let category: String
  public let name: String
  /// With its revision: `1.5.3-r1`.
  public let version: String

  public init(category: String, name: String, version: String) {
    self.category = category
    self.name = name
    self.version = version
  }

  /// The version that `text` spells; nil if it is anything else.
  public init?(_ text: some StringProtocol) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty else { return nil }
    self.init(category: String(parts[0]), nameAndVersion: Array(parts[1].utf8)[...])
  }

  /// The version whose last part, `pam-1.5.3-r1` (`PF`), is `nameAndVersion`; nil if that ends in no version.
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
  public var description: String { "\(package)-\(version)" }
}

extension PackageVersion: Comparable {
  /// By the bytes of category, name and version; not by which version is the newer one.
  public static func < (left: Self, right: Self) -> Bool {
    left.key.lexicographicallyPrecedes(right.key) { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  private var key: [String] { [category, name, version] }
}

/// Something that there is of one version of a package: what is installed, what can be merged.
public protocol VersionedPackage {
  var id: PackageVersion { get }
}

extension VersionedPackage {
  public var category: String { id.category }
  public var name: String { id.name }
  /// With its revision: `1.5.3-r1`.
  public var version: String { id.version }
  /// `category/name`.
  public var package: String { id.package }
  /// `category/name-version`.
  public var versionedName: String { id.description }
}
