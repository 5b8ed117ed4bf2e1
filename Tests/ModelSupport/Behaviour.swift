/// What a target of a random graph does when it runs.
enum Behaviour: CaseIterable {
  /// Writes something that depends on all it reads.
  case mixes
  /// Writes something that depends on the lengths of what it reads: often the same.
  case coarse
  /// Always writes the same.
  case preserves
  /// Fails before it writes anything.
  case fails
  /// Fails, and leaves rubbish in its first output.
  case spoils
  /// Succeeds without making its last output.
  case forgets

  var isFailure: Bool { self == .fails || self == .spoils }
}
