/// A pattern of package names: from a line of package.env or a similar file, or from the name of a folder in
/// `etc/portage/patches`. Versions, slots and repositories are ignored, so that it matches too many packages
/// rather than too few.
public struct PackagePattern {
  private let category: [UInt8]
  private let name: [UInt8]

  /// Parses a text such as `>=sys-libs/pam-1.5:0` or `sys-libs/*`; nil if it has no `category/name`.
  public init?(_ text: some Collection<UInt8>) {
    let body = text.drop { "<>=~!".utf8.contains($0) }.prefix {
      $0 != UInt8(ascii: ":") && $0 != UInt8(ascii: "[")
    }
    let parts = body.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    guard parts.count == 2 else { return nil }
    category = Array(parts[0])
    var name = Array(parts[1])[...]
    // The `*` of `=pam-1.5*` belongs to the version, not to the name.
    if name.last == UInt8(ascii: "*"), AtomGrammar.versionStart(in: name.dropLast()) != nil {
      name.removeLast()
    }
    if let start = AtomGrammar.versionStart(in: name) { name = name[..<(start - 1)] }
    self.name = Array(name)
  }

  /// Whether the pattern matches the category and name of `build`.
  public func matches(_ build: PackageBuild) -> Bool {
    Self.matches(category[...], Array(build.category.utf8)[...])
      && Self.matches(name[...], Array(build.name.utf8)[...])
  }

  /// Whether `text` matches `pattern`, in which `*` stands for any bytes.
  private static func matches(_ pattern: ArraySlice<UInt8>, _ text: ArraySlice<UInt8>) -> Bool {
    guard let first = pattern.first else { return text.isEmpty }
    if first == UInt8(ascii: "*") {
      return matches(pattern.dropFirst(), text) || !text.isEmpty && matches(pattern, text.dropFirst())
    }
    return text.first == first && matches(pattern.dropFirst(), text.dropFirst())
  }
}
