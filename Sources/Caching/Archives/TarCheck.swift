import Glibc
package import Platform
import TextKit

/// Looks at the names and kinds of everything in a tar archive before it is unpacked, as an archive from elsewhere may
/// have names that lead out of the folder.
///
/// The format is POSIX.1-2017 pax (ustar headers of 512 bytes with extended headers `x`), as GNU tar writes it with
/// `--format=posix`. What else there may be is refused: devices, sparse files, formats of other tars.
package enum TarCheck {
  /// Throws unless unpacking `archive` in an empty folder makes only files, links and folders below `folders`.
  package static func check(_ archive: Path, folders: [Path]) throws {
    let file = try FileDescriptor.open(archive, O_RDONLY, action: "cannot read")
    var place: Int64 = 0
    var links: Set<Path> = []
    var extended: [String: [UInt8]] = [:]
    var isEnded = false
    while !isEnded {
      let header = try file.read(from: place, upTo: 512)
      place += 512
      guard header.count == 512 else { throw UserError("the archive is cut short") }
      if header.allSatisfy({ $0 == 0 }) {
        isEnded = true
        continue
      }
      guard isSound(header), let size = number(header[124..<136]) else {
        throw UserError("the archive is damaged")
      }
      var length = size
      switch header[156] {
      case UInt8(ascii: "x"):
        if size > 1 << 20 { throw UserError("the archive has an extended header of \(size) bytes") }
        extended = try records(try file.read(from: place, upTo: Int(size)))
      case UInt8(ascii: "0"), UInt8(ascii: "1"), UInt8(ascii: "2"), UInt8(ascii: "5"):
        let name = Path(bytes: trimmed(extended["path"] ?? ustarName(header)))
        try check(name, folders, links)
        if header[156] == UInt8(ascii: "1") {
          try check(Path(bytes: extended["linkpath"] ?? text(header[157..<257])), folders, links)
        }
        if header[156] == UInt8(ascii: "2") { links.insert(name) }
        if let text = extended["size"] {
          guard let number = Int64(String(decoding: text, as: UTF8.self)), number >= 0 else {
            throw UserError("the archive is damaged")
          }
          length = number
        }
        if header[156] != UInt8(ascii: "0") { length = 0 }
        extended = [:]
      default:
        throw UserError(
          "the archive has '\(printable(ustarName(header)))', which is no file, folder or link (type \(header[156]))"
        )
      }
      let (end, overflow) = place.addingReportingOverflow(length)
      if overflow || end > .max - 512 { throw UserError("the archive is damaged") }
      place = (end + 511) / 512 * 512
    }
  }

  private static func check(_ name: Path, _ folders: [Path], _ links: Set<Path>) throws {
    let components = name.components
    guard !name.isEmpty, name.bytes.first != UInt8(ascii: "/"), !components.contains(".."),
      !name.bytes.contains(0),
      folders.contains(where: { name.isInside($0) || $0.isInside(name) })
    else { throw UserError("the archive has the name '\(name)', which lies outside its folders") }
    var folder: Path = ""
    for component in components.dropLast() {
      folder = folder.isEmpty ? component : folder / component
      if links.contains(folder) { throw UserError("the archive has '\(name)' behind its link '\(folder)'") }
    }
  }

  /// Whether the checksum of a header is right: the sum of its bytes, with blanks in the place of the checksum.
  private static func isSound(_ header: [UInt8]) -> Bool {
    let sum = header.indices.reduce(Int64(0)) { $0 + Int64((148..<156).contains($1) ? 0x20 : header[$1]) }
    return header[257..<262].elementsEqual("ustar".utf8) && number(header[148..<156]) == sum
  }

  /// An octal number.
  private static func number(_ field: ArraySlice<UInt8>) -> Int64? {
    let digits = field.drop { $0 == 0x20 }.prefix { $0 != 0 && $0 != 0x20 }
    return Int64(String(decoding: digits, as: UTF8.self), radix: 8).flatMap { $0 >= 0 ? $0 : nil }
  }

  private static func text(_ field: ArraySlice<UInt8>) -> [UInt8] { Array(field.prefix { $0 != 0 }) }

  private static func ustarName(_ header: [UInt8]) -> [UInt8] {
    let prefix = text(header[345..<500])
    return (prefix.isEmpty ? [] : prefix + [UInt8(ascii: "/")]) + text(header[0..<100])
  }

  /// Without the slash at the end that folders have.
  private static func trimmed(_ name: [UInt8]) -> [UInt8] {
    name.count > 1 && name.last == UInt8(ascii: "/") ? Array(name.dropLast()) : name
  }

  /// The records `LENGTH KEY=VALUE\n` of an extended header that decide about names and kinds.
  private static func records(_ bytes: [UInt8]) throws -> [String: [UInt8]] {
    var found: [String: [UInt8]] = [:]
    var rest = bytes[...]
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isDigit }
      guard let length = Int(String(decoding: digits, as: UTF8.self)), length > digits.count + 2,
        length <= rest.count,
        case let record = rest.prefix(length).dropFirst(digits.count + 1).dropLast(),
        let equals = record.firstIndex(of: UInt8(ascii: "="))
      else { throw UserError("the archive is damaged") }
      let key = String(decoding: record[..<equals], as: UTF8.self)
      if key.hasPrefix("GNU.sparse") { throw UserError("the archive has sparse files") }
      found[key] = Array(record[(equals + 1)...])
      rest = rest.dropFirst(length)
    }
    return found
  }
}
