/// The grammar of the parts of an atom, by the Package Manager Specification, chapters 2 and 3 (read with
/// `portage/versions.py` and `portage/dep/__init__.py` of Portage 3.0.83).
///
/// It works on bytes and never throws; `AtomParser` makes the messages.
public enum AtomGrammar {
  /// `[A-Za-z0-9_][A-Za-z0-9+_.-]*`: a category, a slot or a sub-slot.
  static func isCategory(_ bytes: some Collection<UInt8>) -> Bool {
    isWord(bytes) { isWordByte($0) || $0 == UInt8(ascii: ".") }
  }

  /// `[A-Za-z0-9_][A-Za-z0-9+_-]*`: the name of a package. The rule that a name must not end like a version is
  /// not checked here; see `versionStart`.
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
  public static func isVersion(_ bytes: some Collection<UInt8>) -> Bool { isVersion(Array(bytes)[...]) }

  private static func isVersion(_ bytes: ArraySlice<UInt8>) -> Bool {
    var rest = bytes
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
      // "pre" comes before "p", so that the longer word wins: only digits may follow either.
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

  /// The index in `bytes`, a `name-version`, at which the version begins; nil if they do not end in a version.
  /// There is at most one such place, since what follows a hyphen inside a version (`r1`) is not a version.
  public static func versionStart(in bytes: ArraySlice<UInt8>) -> Int? {
    var position = bytes.startIndex
    while let hyphen = bytes[position...].firstIndex(of: UInt8(ascii: "-")) {
      if hyphen > bytes.startIndex, isVersion(bytes[(hyphen + 1)...]) { return hyphen + 1 }
      position = hyphen + 1
    }
    return nil
  }

  /// Whether `byte` is an ASCII digit.
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
