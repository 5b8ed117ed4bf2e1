/// Which targets of a run failed and why, for the report at its end.
package final class RunFailures: RunListener {
  package private(set) var all: [(name: String, why: String)] = []

  package init() {}

  package func receive(_ event: RunEvent, at time: RunTime) {
    if case .target(let name, .failed(let why, _)) = event { all.append((name, why)) }
  }
}
