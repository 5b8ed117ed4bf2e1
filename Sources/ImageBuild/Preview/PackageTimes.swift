import EmergeOutput

/// What the builds and merges of packages took the last time, in a target or elsewhere.
struct PackageTimes {
  let target: String
  let runs: EarlierRuns
  /// What Portage noted, in whole seconds.
  let log: BuildTimes

  /// In seconds; nil if that is not known.
  ///
  /// - Parameter package: `category/name`.
  func seconds(of package: String, isBinary: Bool) -> Double? {
    runs.seconds(of: package, isBinary: isBinary, in: target)
      ?? log.seconds(of: package, isBinary: isBinary).map(Double.init)
  }
}
