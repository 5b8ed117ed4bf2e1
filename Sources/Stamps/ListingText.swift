import Platform

/// The text forms of listings: the canonical text, which is digested, and the stored text, which has places.
///
/// A line of the stored text is `key`, tab, `value`, tab, `place`; empty fields at the end are left out with
/// their tabs. Fields are escaped as `Listing` specifies.
extension Listing {
  /// The SHA-256 of the canonical text.
  public var digest: Digest {
    var hash = SHA256()
    for entry in entries {
      hash.update(Self.line(key: entry.key, value: entry.value))
    }
    return hash.finalize()
  }

  /// The stored text, which `init(stored:)` reads.
  public var storedText: [UInt8] {
    var text: [UInt8] = []
    for entry in entries {
      text += escaped(entry.key)
      if !entry.value.isEmpty || entry.place != nil { text += [tab] + escaped(entry.value) }
      if let place = entry.place { text += [tab] + escaped(Array(place.utf8)) }
      text.append(lineFeed)
    }
    return text
  }

  /// The listing whose `storedText` is `text`; nil if there is none.
  public init?(stored text: [UInt8]) {
    guard text.last == lineFeed || text.isEmpty else { return nil }
    var entries: [Entry] = []
    for line in text.split(separator: lineFeed, omittingEmptySubsequences: false).dropLast() {
      let fields = line.split(separator: tab, maxSplits: 2, omittingEmptySubsequences: false)
      guard let key = unescaped(fields[0]),
        let value = unescaped(fields.count > 1 ? fields[1] : []),
        let place = unescaped(fields.count > 2 ? fields[2] : [])
      else { return nil }
      entries.append(
        Entry(
          key: key, value: value,
          place: place.isEmpty ? nil : String(decoding: place, as: UTF8.self)))
    }
    self.init(entries)
  }

  /// A line of the canonical text, with which a listing can be digested without building it.
  static func line(key: [UInt8], value: [UInt8]) -> [UInt8] {
    escaped(key) + (value.isEmpty ? [] : [tab] + escaped(value)) + [lineFeed]
  }
}

private let tab = UInt8(ascii: "\t")
private let lineFeed = UInt8(ascii: "\n")
private let backslash = UInt8(ascii: "\\")

private func isPlain(_ byte: UInt8) -> Bool { byte >= 0x20 && byte != 0x7F && byte != backslash }

/// `field` with each backslash, control character and DEL replaced by `\xNN`.
package func escaped(_ field: [UInt8]) -> [UInt8] {
  if field.allSatisfy(isPlain) { return field }
  var text: [UInt8] = []
  for byte in field {
    if isPlain(byte) {
      text.append(byte)
    } else {
      text += [backslash, UInt8(ascii: "x"), hexDigits[Int(byte >> 4)], hexDigits[Int(byte & 15)]]
    }
  }
  return text
}

/// The field that `escaped` turned into `text`; nil if an escape is malformed.
package func unescaped(_ text: some Collection<UInt8>) -> [UInt8]? {
  if !text.contains(backslash) { return Array(text) }
  var field: [UInt8] = []
  var rest = text[...]
  while let byte = rest.popFirst() {
    guard byte == backslash else {
      field.append(byte)
      continue
    }
    guard rest.popFirst() == UInt8(ascii: "x"),
      let high = rest.popFirst().flatMap(hexValue), let low = rest.popFirst().flatMap(hexValue)
    else { return nil }
    field.append(high << 4 | low)
  }
  return field
}

private let hexDigits = Array("0123456789abcdef".utf8)

private func hexValue(_ digit: UInt8) -> UInt8? {
  hexDigits.firstIndex(of: digit).map(UInt8.init)
}
