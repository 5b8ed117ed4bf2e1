/// Which targets of a run failed and why, for the last words.
final class RunFailures: RunListener {
  private(set) var all: [(name: String, why: String)] = []

  func receive(_ event: RunEvent, at time: RunTime) {
    if case .target(let name, .failed(let why, _)) = event { all.append((name, why)) }
  }
}
