/// Formats durations, sizes and counts for people.
package enum Quantity {
  /// The duration of something that has ended, given in nanoseconds: `0.4 s`, `41 s`, `1:41`, `1:02:07`.
  package static func duration(_ nanoseconds: Int64) -> String {
    let tenths = (nanoseconds + 50_000_000) / 100_000_000
    if tenths < 100 { return "\(tenths / 10).\(tenths % 10) s" }
    let seconds = (nanoseconds + 500_000_000) / 1_000_000_000
    return seconds < 60 ? "\(seconds) s" : clock(seconds: seconds)
  }

  /// The time that something has been running, given in nanoseconds: `0:41`, `12:03`, `1:02:07`.
  package static func clock(_ nanoseconds: Int64) -> String {
    clock(seconds: max(0, nanoseconds) / 1_000_000_000)
  }

  private static func clock(seconds: Int64) -> String {
    let (minutes, hours) = (seconds / 60 % 60, seconds / 3600)
    let head = hours == 0 ? "\(minutes)" : "\(hours):\(minutes.zeroPadded(to: 2))"
    return "\(head):\((seconds % 60).zeroPadded(to: 2))"
  }

  /// A size given in bytes: `512 bytes`, `7.2 MiB`, `18 GiB`.
  package static func size(_ bytes: some BinaryInteger) -> String {
    if bytes < 1024 { return count(Int(bytes), "byte") }
    var (tenths, unit) = (Int64(bytes) * 10 / 1024, "KiB")
    for next in ["MiB", "GiB", "TiB"] where tenths >= 10240 { (tenths, unit) = (tenths / 1024, next) }
    return tenths < 100 && tenths % 10 != 0 ? "\(tenths / 10).\(tenths % 10) \(unit)" : "\(tenths / 10) \(unit)"
  }

  /// The bytes of a size such as `512`, `500M` or `20G`, in powers of 1024; nil for anything else.
  package static func bytes(_ text: String) -> Int? {
    let units: [Character: Int] = ["K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40]
    let unit = text.last.flatMap { units[$0] }
    let digits = unit == nil ? text[...] : text.dropLast()
    guard !digits.isEmpty, digits.utf8.allSatisfy(\.isDigit), let number = Int(digits) else { return nil }
    let (bytes, overflow) = number.multipliedReportingOverflow(by: unit ?? 1)
    return overflow ? nil : bytes
  }

  /// A difference of sizes, given in bytes: `+1.2 MiB`, `-80 bytes`; the text `none` if it is 0.
  package static func growth(_ bytes: Int, none: String = "") -> String {
    bytes == 0 ? none : (bytes > 0 ? "+" : "-") + size(bytes.magnitude)
  }

  /// `1 target`, `2 targets`.
  package static func count(_ number: Int, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
  }
}

extension BinaryInteger {
  /// The decimal digits of a number that is not negative, with leading zeros up to `width` digits.
  package func zeroPadded(to width: Int) -> String {
    let digits = String(self)
    return String(repeating: "0", count: Swift.max(0, width - digits.utf8.count)) + digits
  }
}
