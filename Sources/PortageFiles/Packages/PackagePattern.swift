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
    Self.matches(category, Array(build.category.utf8)) && Self.matches(name, Array(build.name.utf8))
  }

  /// Whether `text` matches `pattern`, in which `*` stands for any bytes.
  private static func matches(_ pattern: [UInt8], _ text: [UInt8]) -> Bool {
    var place = 0
    var position = 0
    // The last star, and the end of what it stands for: only that star may have to stand for more.
    var star: (place: Int, end: Int)?
    while position < text.count || place < pattern.count {
      if place < pattern.count, pattern[place] == UInt8(ascii: "*") {
        star = (place, position)
        place += 1
      } else if place < pattern.count, position < text.count, pattern[place] == text[position] {
        place += 1
        position += 1
      } else if let last = star, last.end < text.count {
        star = (last.place, last.end + 1)
        place = last.place + 1
        position = last.end + 1
      } else {
        return false
      }
    }
    return true
  }
}
