import TextKit

/// A line of Portage's `emerge.log` about a package (the format is that of `MergeListItem` and `Scheduler` in Portage
/// 3.0.83):
///
///     1795253242:  >>> emerge (1 of 5) sys-libs/pam-1.5.3 to /O/sysroot/
///     1795253243:  === (1 of 5) Merging Binary (sys-libs/pam-1.5.3::/packages/…)
///     1795253244:  ::: completed emerge (1 of 5) sys-libs/pam-1.5.3 to /O/sysroot/
struct EmergeLogLine {
  enum Event {
    case begun
    case mergingBinary
    case completed
  }

  let event: Event
  /// Seconds since the epoch.
  let time: Int
  /// `CPV to ROOT/`; for a binary package only the CPV.
  let subject: ArraySlice<UInt8>

  /// The times that are taken for such: up to the year 2242. A log may be damaged, and a difference or sum of what
  /// stands there then must still be a number.
  private static let times = 0...1 << 33

  /// Nil for a line about something else.
  init?(_ line: ArraySlice<UInt8>) {
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")),
      let time = Int(String(decoding: line[..<colon], as: UTF8.self)), Self.times.contains(time)
    else { return nil }
    self.time = time
    let text = line[colon...].dropFirst().drop { $0 == 0x20 }
    if let what = Self.rest(of: text, after: ">>> emerge (") {
      (event, subject) = (.begun, what)
    } else if let what = Self.rest(of: text, after: "::: completed emerge (") {
      (event, subject) = (.completed, what)
    } else if let place = text.position(of: Self.merging) {
      (event, subject) = (
        .mergingBinary, text[(place + Self.merging.count)...].prefix { $0 != UInt8(ascii: ":") }
      )
    } else {
      return nil
    }
  }

  private static let merging = Array(") Merging Binary (".utf8)

  /// `1 of 5) CPV to ROOT` → `CPV to ROOT`.
  private static func rest(of text: ArraySlice<UInt8>, after words: String) -> ArraySlice<UInt8>? {
    guard text.starts(with: words.utf8), let end = text.firstIndex(of: UInt8(ascii: ")")) else { return nil }
    return text[end...].dropFirst(2)
  }
}

extension ArraySlice<UInt8> {
  func ends(with text: [UInt8]) -> Bool { suffix(text.count).elementsEqual(text) }
}
