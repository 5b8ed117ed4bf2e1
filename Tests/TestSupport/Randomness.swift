import Platform

/// The seed of everything random in the tests: `SYSBUILD_SEED` in the environment, or else a number from the clock.
///
/// The first use in a process prints it, so that it is known of a run that hangs or crashes, too. The same seed makes
/// every test choose the same again, whether it runs alone or with others.
package let runSeed: UInt64 = {
  if let given = Environment.number("SYSBUILD_SEED") { return given }
  let seed = UInt64(Clock.wall % 1_000_000_000)
  print("SYSBUILD_SEED=\(seed)")
  return seed
}()

/// What brings the choices of this run back, for the message of a failure.
package var seedSetting: String { "SYSBUILD_SEED=\(runSeed)" }

/// Whether it is the turn of a test that takes long: of those that have the numbers from 0 to `count - 1` the seed of
/// this run chooses one. If `SYSBUILD_ALL` is set, it is everyone's turn.
package func isTurn(_ number: Int, of count: Int) -> Bool {
  Environment.value("SYSBUILD_ALL") != nil || number % count == Int(runSeed % UInt64(count))
}

/// Those of `cases` whose turn it is, one in `share`.
package func sample<Case>(of cases: [Case], oneIn share: Int) -> [Case] {
  cases.enumerated().filter { isTurn($0.offset, of: share) }.map(\.element)
}

/// A splitmix64 generator: everything that is random in the tests comes from one, and so from a seed.
package struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var state: UInt64

  package init(seed: UInt64) {
    state = seed
  }

  /// The generator of one test of this run, with a sequence of its own.
  package init(for test: String) {
    // FNV-1a: unlike hashValue the same in every process.
    let hash = test.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    self.init(seed: runSeed ^ hash)
  }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }

  package mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }

  package mutating func bytes(_ count: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count)
    while bytes.count < count {
      withUnsafeBytes(of: next()) { bytes.append(contentsOf: $0.prefix(count - bytes.count)) }
    }
    return bytes
  }
}

extension Environment {
  /// A variable that is a number; nil if it is not set, or is none.
  package static func number(_ variable: String) -> UInt64? {
    value(variable).flatMap { UInt64(String(decoding: $0, as: UTF8.self)) }
  }
}

/// Random moments in the course of a program that is run again and again.
///
/// They are spread over what a run takes at that time, as the last ones told: on a machine whose load changes, moments
/// over what the first run took would soon all lie behind the end, or all at the beginning.
package struct RandomMoments {
  /// Nanoseconds that a whole run takes, as far as known.
  private var whole: Int64
  private var generator: SeededGenerator
  private var began: Int64 = 0
  private var moment: Int64 = 0

  /// - Parameter whole: nanoseconds that a run took.
  package init(in whole: Int64, for test: String) {
    self.whole = whole
    generator = SeededGenerator(for: test)
  }

  /// Begins a run, and chooses a moment of it.
  /// - Returns: nanoseconds since its beginning.
  package mutating func next() -> Int64 {
    began = Clock.monotonic
    moment = Int64.random(in: 0...whole, using: &generator)
    return moment
  }

  /// Waits for the moment, or for the end of the program if that comes first.
  /// - Parameter program: a descriptor that is readable once it has ended.
  /// - Returns: whether the program still ran at that moment.
  @discardableResult
  package mutating func wait(unlessEnds program: CInt) throws -> Bool {
    while true {
      let rest = began + moment - Clock.monotonic
      let hasEnded = try !Poll.wait(for: [.init(program)], timeout: Int(max(0, rest / 1_000_000))).isEmpty
      if hasEnded {
        whole = max(1_000_000, Clock.monotonic - began)
        return false
      }
      if rest < 1_000_000 {
        // It takes longer than this, who knows by how much.
        whole = max(whole, moment + moment / 8)
        return true
      }
    }
  }
}
