import Platform
import TestSupport

/// Many trials, one a seed, in four parts that may go on side by side.
///
/// `SYSBUILD_SEED` sets the first graph's seed and `SYSBUILD_GRAPHS` the number of graphs; a failure names
/// the seed of its graph, which alone (`SYSBUILD_GRAPHS=1`) brings it back.
struct Campaign {
  let firstSeed: UInt64
  let count: UInt64

  static let parts = 0..<4 as Range<UInt64>

  /// - Parameter usual: how many graphs there are unless the environment says so.
  init(usual: UInt64, from firstSeed: UInt64 = runSeed) {
    self.firstSeed = firstSeed
    count = Environment.number("SYSBUILD_GRAPHS") ?? usual
  }

  /// Runs one part.
  /// - Throws: `Disagreement` for the first trial that fails.
  func run(_ part: UInt64, in world: (UInt64) throws -> any TrialWorld) throws {
    var totals = Totals()
    for seed in stride(from: firstSeed + part, to: firstSeed + count, by: Self.parts.count) {
      do {
        var trial = Trial(seed: seed, try world(seed))
        try trial.run(&totals)
        totals.answers += trial.world.answers
      } catch {
        throw Disagreement(text: "SYSBUILD_SEED=\(seed) SYSBUILD_GRAPHS=1: \(error)")
      }
    }
    if count >= 100, totals.stale == 0 || totals.pending == 0 || totals.spared == 0 || totals.failed == 0 {
      throw Disagreement(
        text: "SYSBUILD_SEED=\(firstSeed) SYSBUILD_GRAPHS=\(count): part \(part) is too tame: \(totals)")
    }
  }
}

/// The engine and the model do not agree.
struct Disagreement: Error, CustomStringConvertible {
  let text: String

  var description: String { text }
}

struct Totals {
  var runs = 0
  var stale = 0
  var pending = 0
  var ran = 0
  var spared = 0
  var failed = 0
  var answers = 0
}
