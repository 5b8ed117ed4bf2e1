package import Platform

/// Which targets of a run failed and why, for the report at its end.
package final class RunFailures: RunListener {
  package struct Failure {
    package let name: String
    package let why: String
    /// Nil if the target failed before its first command began.
    package let log: Path?
  }

  package private(set) var all: [Failure] = []

  package init() {}

  package func receive(_ event: RunEvent, at time: RunTime) {
    if case .target(let name, .failed(let why, _, let log)) = event {
      all.append(Failure(name: name, why: why, log: log))
    }
  }
}
