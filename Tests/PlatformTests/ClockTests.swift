import Glibc
import Platform
import TestSupport
import Testing

@Test(arguments: [
  (0, "1970-01-01T00:00:00.000000000Z"), (-1, "1969-12-31T23:59:59.999999999Z"),
  (1_795_218_011_123_456_789, "2026-11-20T23:40:11.123456789Z"),
  (951_782_400_000_000_000, "2000-02-29T00:00:00.000000000Z"),
  (4_107_542_400_000_000_000, "2100-03-01T00:00:00.000000000Z"),
  (Int64.max, "2262-04-11T23:47:16.854775807Z"), (Int64.min, "1677-09-21T00:12:43.145224192Z"),
])
func iso8601(_ time: Int64, _ text: String) {
  #expect(Clock.iso8601(time) == text)
  #expect(Clock.parseISO8601(text) == time)
}

/// Against the C library's calendar.
@Test func iso8601OfManyDays() {
  for day in stride(from: -100_000, through: 100_000, by: 13) {
    var seconds = time_t(day * 86400 + 3723)
    var fields = tm()
    gmtime_r(&seconds, &fields)
    var buffer = [CChar](repeating: 0, count: 64)
    strftime(&buffer, buffer.count, "%Y-%m-%dT%H:%M:%S.000000000Z", &fields)
    let expected = buffer.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    #expect(Clock.iso8601(Int64(seconds) * 1_000_000_000) == expected)
  }
}

@Test(arguments: [
  ("1970-01-01T00:00:01Z", 1_000_000_000), ("1970-01-01T00:00:00.5Z", 500_000_000), ("", nil),
  ("1970-01-01T00:00:01", nil), ("1970-01-01T00:00:01Zx", nil), ("1970-02-29T00:00:00Z", nil),
  ("1970-13-01T00:00:00Z", nil), ("1970-00-01T00:00:00Z", nil), ("1970-01-01T24:00:00Z", nil),
  ("1970-01-01 00:00:00Z", nil), ("1970-01-01T00:00:00.Z", nil), ("1970-01-01T00:00:00.0000000001Z", nil),
  ("2262-04-11T23:47:16.854775808Z", nil), ("9999-12-31T23:59:59Z", nil), ("19700101T000000Z", nil),
])
func parsing(_ text: String, _ expected: Int64?) {
  #expect(Clock.parseISO8601(text) == expected)
}

@Test func clocks() throws {
  let before = Clock.wall
  let folder = try TemporaryFolder()
  let file = try folder.write("", to: "file")
  // The coarse clock lags behind by at most a tick, and file times are its.
  #expect(Clock.coarseWall <= Clock.wall)
  #expect(Clock.wall - Clock.coarseWall < 1_000_000_000)
  let modified = try FileStatus(file).modified
  #expect(modified > before - 20_000_000 && modified <= Clock.wall)
  let start = Clock.monotonic
  #expect(Clock.monotonic >= start)
}

/// With gmtime_r(3) and timegm(3) it would be 27 s off.
@Test(.exitTest) func aLocalZoneWithLeapSeconds() async {
  await #expect(processExitsWith: .success) {
    setenv("TZ", "right/UTC", 1)
    tzset()
    #expect(Clock.iso8601(1_795_218_011_000_000_000) == "2026-11-20T23:40:11.000000000Z")
    #expect(Clock.parseISO8601("2026-11-20T23:40:11Z") == 1_795_218_011_000_000_000)
  }
}

@Test(.exitTest) func localTime() async {
  await #expect(processExitsWith: .success) {
    setenv("TZ", "UTC-2", 1)
    tzset()
    #expect(Clock.localTime(0) == "1970-01-01 02:00:00")
    #expect(Clock.localTime(-1, format: "%H:%M:%S") == "01:59:59")
    #expect(Clock.localTime(0, format: String(repeating: "x", count: 300)) == "")
  }
}
