package import Platform
package import Stamps
import TextKit

/// What a cache keeps of a unit: its stamps with their listings, and where the files are.
///
/// As a text, in which fields are separated by tabs and escaped as in a listing, and `stamp` and `listing` are followed by
/// so many bytes of what they name and a line feed:
///
///     sysbuild record 1
///     unit     rootfs
///     key      <SHA-256>
///     archive  <SHA-256>  <bytes>  <bytes when unpacked>  rootfs  assembly
///     file     <SHA-256>  <bytes>  ${O}/kernel/vmlinuz
///     stamp    <bytes>
///     …
///     listing  <bytes>
///     …
package struct CacheRecord {
  static let header = "sysbuild record 1"

  /// Files that are kept in one blob.
  package enum Part: Hashable {
    /// A tar archive, compressed by zstd, of these folders, which are relative to O.
    case archive(Digest, size: Int, unpacked: Int, folders: [Path])
    /// A file as it is. Its name is that of an artifact.
    case file(Digest, size: Int, name: String)

    var digest: Digest {
      switch self {
      case .archive(let digest, _, _, _), .file(let digest, _, _): digest
      }
    }

    /// In bytes, as it is kept.
    var size: Int {
      switch self {
      case .archive(_, let size, _, _), .file(_, let size, _): size
      }
    }
  }

  var unit: String
  var key: Digest
  package var parts: [Part]
  /// The texts of the stamps.
  var stamps: [[UInt8]]
  /// The stored texts of the listings to which they refer.
  var listings: [[UInt8]]

  package var text: [UInt8] {
    var bytes: [UInt8] = []
    func line(_ fields: [String]) {
      let text = fields.map { String(decoding: escaped(Array($0.utf8)), as: UTF8.self) }.joined(separator: "\t")
      bytes += Array((text + "\n").utf8)
    }
    bytes += Array("\(Self.header)\n".utf8)
    line(["unit", unit])
    line(["key", key.hex])
    for part in parts {
      switch part {
      case .archive(let digest, let size, let unpacked, let folders):
        line(
          ["archive", digest.hex, "\(size)", "\(unpacked)"]
            + folders.map { String(decoding: $0.bytes, as: UTF8.self) })
      case .file(let digest, let size, let name): line(["file", digest.hex, "\(size)", name])
      }
    }
    for (name, texts) in [("stamp", stamps), ("listing", listings)] {
      for text in texts {
        line([name, "\(text.count)"])
        bytes += text + [UInt8(ascii: "\n")]
      }
    }
    return bytes
  }

  /// Nil if it is no such text.
  package init?(_ text: [UInt8]) {
    var rest = text[...]
    func line() -> [String]? {
      guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
      let fields = rest[..<end].split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
      rest = rest[(end + 1)...]
      let texts = fields.compactMap { unescaped($0).flatMap { String(validating: $0, as: UTF8.self) } }
      return texts.count == fields.count ? texts : nil
    }
    guard line() == [Self.header], let unit = line(), unit.count == 2, unit[0] == "unit", let key = line(),
      key.count == 2, key[0] == "key", let digest = Digest(hex: key[1])
    else { return nil }
    self.unit = unit[1]
    self.key = digest
    parts = []
    stamps = []
    listings = []
    while !rest.isEmpty {
      guard let fields = line(), let name = fields.first else { return nil }
      if name == "stamp" || name == "listing" {
        guard fields.count == 2, let count = Self.count(fields[1]), count < rest.count,
          rest[rest.startIndex + count] == UInt8(ascii: "\n")
        else { return nil }
        if name == "stamp" {
          stamps.append(Array(rest.prefix(count)))
        } else {
          listings.append(Array(rest.prefix(count)))
        }
        rest = rest.dropFirst(count + 1)
      } else if let part = Self.part(fields) {
        parts.append(part)
      } else {
        return nil
      }
    }
  }

  init(unit: String, key: Digest, parts: [Part], stamps: [[UInt8]], listings: [[UInt8]]) {
    self.unit = unit
    self.key = key
    self.parts = parts
    self.stamps = stamps
    self.listings = listings
  }

  /// Throws if it would replace what the targets of its unit do not make, such as stamps.
  ///
  /// - Parameters:
  ///   - folders: those that the unit keeps.
  ///   - made: the outputs of its targets.
  func check(_ folders: [Path], _ made: Set<Artifact>) throws {
    let files = Set(made.filter { $0.kind == .file }.map(\.name))
    for part in parts {
      switch part {
      case .archive(_, _, _, let own) where own.allSatisfy(folders.contains): continue
      case .file(_, _, let name) where files.contains(name): continue
      default: throw UserError("a record of it has what \(unit) does not make")
      }
    }
  }

  private static func part(_ fields: [String]) -> Part? {
    guard fields.count >= 4, let digest = Digest(hex: fields[1]), let size = count(fields[2]) else {
      return nil
    }
    switch fields[0] {
    case "archive":
      let folders = fields.dropFirst(4).map { Path($0) }
      guard let unpacked = count(fields[3]), !folders.isEmpty, folders.allSatisfy(isInside) else { return nil }
      return .archive(digest, size: size, unpacked: unpacked, folders: folders)
    case "file":
      let name = Path(fields[3])
      guard fields.count == 4, ["${O}", "${IMAGESDIR}"].contains(name.components.first), isInside(name),
        name.components.count > 1
      else {
        return nil
      }
      return .file(digest, size: size, name: fields[3])
    default: return nil
    }
  }

  /// Whether a path leads to something in the folder in which it begins.
  private static func isInside(_ path: Path) -> Bool {
    !path.isEmpty && path.bytes.first != UInt8(ascii: "/") && path.normalized == path && path != "."
      && path.components.first != ".."
  }

  private static func count(_ text: String) -> Int? {
    guard let number = Int(text), number >= 0, text.utf8.first?.isDigit == true else { return nil }
    return number
  }
}
