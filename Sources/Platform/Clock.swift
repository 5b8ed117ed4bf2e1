import Glibc
import TextKit

/// The machine's clocks, and times as text. Times are nanoseconds since the epoch, which an `Int64` holds until
/// 2262.
public enum Clock {
  /// clock_gettime(2), `CLOCK_REALTIME`.
  public static var wall: Int64 { now(CLOCK_REALTIME) }

  /// clock_gettime(2), `CLOCK_REALTIME_COARSE`: the clock that file times are taken from. It lags behind `wall`
  /// by up to a tick (1 to 10 ms).
  public static var coarseWall: Int64 { now(CLOCK_REALTIME_COARSE) }

  /// Waits, for some milliseconds, until `coarseWall` has passed every file time that was given so far. Since Linux 6.13
  /// these may be ahead of it (multigrain timestamps).
  public static func waitForCoarseWall() throws(SystemError) {
    let began = wall
    while coarseWall <= began { _ = try Poll.wait(for: [], timeout: 1) }
  }

  /// clock_gettime(2), `CLOCK_MONOTONIC`, which is never set: for durations.
  public static var monotonic: Int64 { now(CLOCK_MONOTONIC) }

  private static func now(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return Int64(time.tv_sec) &* nanosecondsASecond &+ Int64(time.tv_nsec)
  }

  /// `2026-11-20T23:40:11.123456789Z`: UTC, always with nine decimals.
  public static func iso8601(_ time: Int64) -> String {
    let (seconds, nanoseconds) = floorDivision(time, nanosecondsASecond)
    let (day, second) = floorDivision(seconds, secondsADay)
    let date = CivilDate(daysSinceEpoch: day)
    let days = [date.year.zeroPadded(to: 4), date.month.zeroPadded(to: 2), date.day.zeroPadded(to: 2)]
    let clock = [second / 3600, second / 60 % 60, second % 60].map { $0.zeroPadded(to: 2) }
    return "\(days.joined(separator: "-"))T\(clock.joined(separator: ":")).\(nanoseconds.zeroPadded(to: 9))Z"
  }

  /// The time that `text` stands for, in the form that `iso8601` returns, but with any number of decimals from
  /// none to nine. Nil for any other form, for a date that does not exist, and for a time out of range.
  public static func parseISO8601(_ text: String) -> Int64? {
    var rest = Substring(text).utf8
    func number(_ digits: ClosedRange<Int>) -> Int64? {
      let part = rest.prefix(while: \.isDigit)
      guard digits.contains(part.count) else { return nil }
      rest = rest.dropFirst(part.count)
      return part.reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
    }
    func skip(_ character: Unicode.Scalar) -> Bool {
      guard rest.first == UInt8(ascii: character) else { return false }
      rest = rest.dropFirst()
      return true
    }
    guard let year = number(4...4), skip("-"), let month = number(2...2), skip("-"),
      let day = number(2...2), skip("T"), let hour = number(2...2), hour < 24, skip(":"),
      let minute = number(2...2), minute < 60, skip(":"), let second = number(2...2), second < 60
    else { return nil }
    var nanoseconds: Int64 = 0
    if skip(".") {
      let before = rest.count
      guard let fraction = number(1...9) else { return nil }
      nanoseconds = fraction
      for _ in (before - rest.count)..<9 { nanoseconds *= 10 }
    }
    guard skip("Z"), rest.isEmpty else { return nil }
    let date = CivilDate(year: year, month: month, day: day)
    guard CivilDate(daysSinceEpoch: date.daysSinceEpoch) == date else { return nil }
    let seconds = date.daysSinceEpoch * secondsADay + hour * 3600 + minute * 60 + second
    return Int64(exactly: Int128(seconds) * Int128(nanosecondsASecond) + Int128(nanoseconds))
  }

  /// localtime_r(3) and strftime(3), for people. Empty if `format` yields nothing or more than 255 bytes.
  public static func localTime(_ time: Int64, format: String = "%Y-%m-%d %H:%M:%S") -> String {
    var seconds = time_t(floorDivision(time, nanosecondsASecond).quotient)
    var fields = tm()
    guard localtime_r(&seconds, &fields) != nil else { return "" }
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
      let count = strftime(buffer.baseAddress, buffer.count, format, &fields)
      return String(decoding: UnsafeRawBufferPointer(buffer).prefix(count), as: UTF8.self)
    }
  }

  private static let nanosecondsASecond: Int64 = 1_000_000_000
  private static let secondsADay: Int64 = 86400
}

/// A day of the Gregorian calendar, extended to before its beginning, after Howard Hinnant's "chrono-compatible
/// low-level date algorithms": a year begins in March, so that the leap day is its last.
///
/// Not gmtime_r(3) and timegm(3): in glibc both read the file of the local time zone, on which no plan may
/// depend, and count leap seconds if that zone does (`TZ=right/UTC`).
private struct CivilDate: Equatable {
  let year: Int64
  let month: Int64
  let day: Int64

  init(year: Int64, month: Int64, day: Int64) {
    self.year = year
    self.month = month
    self.day = day
  }

  init(daysSinceEpoch: Int64) {
    let (era, dayOfEra) = floorDivision(daysSinceEpoch + 719_468, 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }

  var daysSinceEpoch: Int64 {
    let (era, yearOfEra) = floorDivision(month <= 2 ? year - 1 : year, 400)
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }
}

private func floorDivision(_ value: Int64, _ divisor: Int64) -> (quotient: Int64, remainder: Int64) {
  let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
  return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
}
