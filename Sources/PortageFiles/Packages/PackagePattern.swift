/// What a line of package.env and its like is about, or the name of a folder in `etc/portage/patches`: a package, as
/// far as its name goes. Versions, slots and repositories are passed over: rather one package too many than one
/// too few.
public struct PackagePattern {
  private let category: [UInt8]
  private let name: [UInt8]

  /// `>=sys-libs/pam-1.5:0`, `sys-libs/*`; nil for what is no such thing.
  public init?(_ text: some Collection<UInt8>) {
    let body = text.drop { "<>=~!".utf8.contains($0) }.prefix {
      $0 != UInt8(ascii: ":") && $0 != UInt8(ascii: "[")
    }
    let parts = body.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    guard parts.count == 2 else { return nil }
    category = Array(parts[0])
    var name = Array(parts[1])[...]
    // `=pam-1.5*`
    if name.last == UInt8(ascii: "*"), AtomGrammar.versionStart(in: name.dropLast()) != nil {
      name.removeLast()
    }
    if let start = AtomGrammar.versionStart(in: name) { name = name[..<(start - 1)] }
    self.name = Array(name)
  }

  public func matches(_ build: PackageBuild) -> Bool {
    Self.matches(category[...], Array(build.category.utf8)[...])
      && Self.matches(name[...], Array(build.name.utf8)[...])
  }

  /// `*` stands for any bytes.
  private static func matches(_ pattern: ArraySlice<UInt8>, _ text: ArraySlice<UInt8>) -> Bool {
    guard let first = pattern.first else { return text.isEmpty }
    if first == UInt8(ascii: "*") {
      return matches(pattern.dropFirst(), text) || !text.isEmpty && matches(pattern, text.dropFirst())
    }
    return text.first == first && matches(pattern.dropFirst(), text.dropFirst())
  }
}
