import Glibc
import TextKit

/// A file name or path as the kernel knows it: bytes, of which only NUL and `/` mean anything.
///
/// It does not touch the file system: every operation here is lexical. `String` is no path type, since
/// names that differ only in Unicode normalisation would merge, and names need not be UTF-8 at all.
public struct Path: Hashable, Sendable {
  /// The bytes without a terminating NUL; never holds a NUL.
  public let bytes: [UInt8]

  /// The path of `bytes`, cut at the first NUL if there is one.
  public init(bytes: some Sequence<UInt8>) {
    self.init(bytes: Array(bytes))
  }

  /// The path of `bytes`, cut at the first NUL if there is one.
  public init(bytes: [UInt8]) {
    self.bytes = bytes.firstIndex(of: 0).map { Array(bytes[..<$0]) } ?? bytes
  }

  /// The path of bytes that hold no NUL, as a part of a path does not.
  private init(part bytes: some Sequence<UInt8>) {
    self.bytes = Array(bytes)
  }

  /// The path whose bytes are the UTF-8 of `string`.
  public init(_ string: some StringProtocol) {
    self.init(bytes: string.utf8)
  }

  /// The path of the bytes before the NUL at the end of `name`.
  public init(cString name: UnsafePointer<CChar>) {
    bytes = Array(UnsafeRawBufferPointer(start: name, count: strlen(name)))
  }

  public var isEmpty: Bool { bytes.isEmpty }
  public var isAbsolute: Bool { bytes.first == Self.slash }

  /// The path as text for a program that takes UTF-8, or nil if it is not UTF-8.
  public var string: String? { String(validating: bytes, as: UTF8.self) }

  /// Whether the name (not the path) begins with a dot.
  public var isHidden: Bool { lastComponent.bytes.first == UInt8(ascii: ".") }

  /// The names between the slashes, empty ones left out.
  public var components: [Path] {
    bytes.split(separator: Self.slash).map { Path(part: $0) }
  }

  /// The name after the last slash, trailing slashes aside; empty for `/` and the empty path.
  public var lastComponent: Path {
    Path(part: bytes.split(separator: Self.slash).last ?? [])
  }

  /// The path without its last component: `/` for `/a`, `.` for `a`.
  public var parent: Path {
    var end = bytes.count
    while end > 0, bytes[end - 1] == Self.slash { end -= 1 }
    while end > 0, bytes[end - 1] != Self.slash { end -= 1 }
    if end == 0 { return isAbsolute ? "/" : "." }
    while end > 1, bytes[end - 1] == Self.slash { end -= 1 }
    return Path(part: bytes[..<end])
  }

  /// This path and `name` below it; `name` itself when it is absolute.
  public func appending(_ name: Path) -> Path {
    if name.isAbsolute || isEmpty { return name }
    if name.isEmpty { return self }
    var joined = bytes
    joined.reserveCapacity(bytes.count + 1 + name.bytes.count)
    if bytes.last != Self.slash { joined.append(Self.slash) }
    return Path(part: joined + name.bytes)
  }

  /// Without `.`, empty components, and `..` where it has a component to undo. Lexical: a `..` behind a
  /// symbolic link to a directory means another place to the kernel.
  public var normalized: Path {
    if isNormal { return self }
    var kept: [Path] = []
    for component in components where component != "." {
      if component == "..", let last = kept.last, last != ".." {
        kept.removeLast()
      } else if component != ".." || !isAbsolute {
        kept.append(component)
      }
    }
    let joined = Path(bytes: kept.map(\.bytes).joined(separator: [Self.slash]))
    if isAbsolute { return Path(bytes: [Self.slash] + joined.bytes) }
    return joined.isEmpty ? "." : joined
  }

  /// Whether the path has no empty component, no `.` or `..` and no slash at the end, so that `normalized` has nothing
  /// to do. This is one pass, since graphs of 10,000 targets ask it several times of each path.
  private var isNormal: Bool {
    // How many dots there were since the last slash; 3 for a name.
    var dots = isAbsolute ? 3 : 0
    for byte in bytes {
      switch (byte, dots) {
      case (Self.slash, 0...2): return false
      case (Self.slash, _): dots = 0
      case (Self.dot, 0...1): dots += 1
      default: dots = 3
      }
    }
    return dots == 3 || bytes == [Self.slash]
  }

  /// Whether this path is `folder` or lies below it, both taken normalised.
  public func isInside(_ folder: Path) -> Bool {
    relative(to: folder) != nil
  }

  /// The way from `folder` down to this path (`.` if they are the same), or nil if it does not lie there.
  public func relative(to folder: Path) -> Path? {
    let own = normalized.bytes
    let base = folder.normalized.bytes
    guard isAbsolute == folder.isAbsolute else { return nil }
    if own == base { return "." }
    // How much of the path leads to the folder, the slash behind it included.
    var length = 0
    if base != [Self.dot] {
      guard own.starts(with: base) else { return nil }
      length = base.count
      if base.last != Self.slash {
        guard own[length] == Self.slash else { return nil }
        length += 1
      }
    }
    let rest = Path(part: own[length...])
    // A normalised path has `..` at its beginning only, so here it leads out of the folder.
    let leadsOut = rest.bytes.starts(with: [Self.dot, Self.dot]) && rest.components.first == ".."
    return leadsOut ? nil : rest
  }

  /// Calls `body` with the path as a C string.
  public func withCString<Result, Failure: Error>(
    _ body: (UnsafePointer<CChar>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    var outcome: Swift.Result<Result, Failure>?
    // On the stack, as far as it goes.
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: bytes.count + 1) { buffer in
      guard let start = buffer.baseAddress else { return }
      bytes.withUnsafeBytes { UnsafeMutableRawBufferPointer(buffer).copyMemory(from: $0) }
      start[bytes.count] = 0
      outcome = Swift.Result { () throws(Failure) in try body(start) }
    }
    guard let outcome else { fatalError("a C string has at least its terminator") }
    return try outcome.get()
  }

  private static let slash = UInt8(ascii: "/")
  private static let dot = UInt8(ascii: ".")
}

extension Path: Comparable {
  /// Byte order, as `LC_ALL=C sort` has it.
  public static func < (left: Path, right: Path) -> Bool {
    left.bytes.lexicographicallyPrecedes(right.bytes)
  }
}

extension Path: ExpressibleByStringLiteral {
  public init(stringLiteral value: StaticString) {
    self.init(bytes: value.withUTF8Buffer { Array($0) })
  }
}

extension Path: CustomStringConvertible {
  /// The path as a person reads it: control characters and what is not UTF-8 as `\n`, `\x1b`, `\xff`.
  public var description: String { printable(bytes) }
}

extension Path {
  public static func / (folder: Path, name: Path) -> Path { folder.appending(name) }
  public static func / (folder: Path, name: String) -> Path { folder.appending(Path(name)) }
}
