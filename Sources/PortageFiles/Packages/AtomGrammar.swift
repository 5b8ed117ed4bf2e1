/// What the parts of a package name may consist of, by the Package Manager Specification, chapters 2 and 3
/// (read with `portage/versions.py` and `portage/dep/__init__.py` of Portage 3.0.83).
///
/// It looks at bytes only, and knows no file, no message and no meaning.
public enum AtomGrammar {
  /// `[A-Za-z0-9_][A-Za-z0-9+_.-]*`: a category, a slot or a sub-slot.
  static func isCategory(_ bytes: some Collection<UInt8>) -> Bool {
    isWord(bytes) { isWordByte($0) || $0 == UInt8(ascii: ".") }
  }

  /// `[A-Za-z0-9_][A-Za-z0-9+_-]*`: a package's name, were it not that it must not end like a version.
  public static func isName(_ bytes: some Collection<UInt8>) -> Bool {
    isWord(bytes, then: isWordByte)
  }

  /// `[A-Za-z0-9_][A-Za-z0-9_-]*`: a repository.
  static func isRepository(_ bytes: some Collection<UInt8>) -> Bool {
    isWord(bytes) { isWordByte($0) && $0 != UInt8(ascii: "+") }
  }

  /// `[A-Za-z0-9][A-Za-z0-9+_@-]*`: a USE flag.
  static func isFlag(_ bytes: some Collection<UInt8>) -> Bool {
    bytes.first != UInt8(ascii: "_") && isWord(bytes) { isWordByte($0) || $0 == UInt8(ascii: "@") }
  }

  /// `\d+(\.\d+)*[a-z]?(_(pre|p|beta|alpha|rc)\d*)*(-r\d+)?`: a version with its revision.
  public static func isVersion(_ bytes: some Collection<UInt8>) -> Bool {
    var rest = Array(bytes)[...]
    guard dropDigits(&rest) > 0 else { return false }
    while rest.first == UInt8(ascii: ".") {
      rest = rest.dropFirst()
      guard dropDigits(&rest) > 0 else { return false }
    }
    if let letter = rest.first, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(letter) {
      rest = rest.dropFirst()
    }
    while rest.first == UInt8(ascii: "_") {
      rest = rest.dropFirst()
      // "pre" before "p": the longer word wins, since digits alone may follow either.
      guard let word = suffixes.first(where: { rest.starts(with: $0) }) else { return false }
      rest = rest.dropFirst(word.count)
      _ = dropDigits(&rest)
    }
    if rest.starts(with: "-r".utf8) {
      rest = rest.dropFirst(2)
      guard dropDigits(&rest) > 0 else { return false }
    }
    return rest.isEmpty
  }

  /// Where the version of `name-version` begins, or nil if it ends in none. There is at most one such
  /// place, since what follows a hyphen inside a version (`r1`) is no version.
  public static func versionStart(in bytes: ArraySlice<UInt8>) -> Int? {
    var position = bytes.startIndex
    while let hyphen = bytes[position...].firstIndex(of: UInt8(ascii: "-")) {
      if hyphen > bytes.startIndex, isVersion(bytes[(hyphen + 1)...]) { return hyphen + 1 }
      position = hyphen + 1
    }
    return nil
  }

  public static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  private static let suffixes = ["pre", "p", "beta", "alpha", "rc"].map { Array($0.utf8) }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    isLetterOrDigit(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "+")
      || byte == UInt8(ascii: "-")
  }

  private static func isWord(_ bytes: some Collection<UInt8>, then follows: (UInt8) -> Bool) -> Bool {
    guard let first = bytes.first, isLetterOrDigit(first) || first == UInt8(ascii: "_") else { return false }
    return bytes.allSatisfy(follows)
  }

  private static func dropDigits(_ rest: inout ArraySlice<UInt8>) -> Int {
    let before = rest.count
    rest = rest.drop(while: isDigit)
    return before - rest.count
  }
}
