import BuildGraph
package import Platform

/// The files for programs that the command line asks a run to write.
package enum RunRecords {
  /// The files, relative to the folder in which sysbuild was started; nil for none.
  package struct Files {
    package var events: Path?
    package var trace: Path?

    package init(events: Path?, trace: Path?) {
      self.events = events
      self.trace = trace
    }

    package var isEmpty: Bool { events == nil && trace == nil }
  }

  /// - Parameter build: O, which has the logs that the events name.
  package static func listeners(_ files: Files, _ outline: RunOutline, build: Path) throws -> [any RunListener]
  {
    var listeners: [any RunListener] = []
    if let path = files.events { listeners.append(try EventsFile(path, outline, build: build)) }
    if let path = files.trace { listeners.append(try TraceFile(path, goals: outline.goals)) }
    return listeners
  }

  /// Writes the files for a run that finds everything fresh, because their readers wait for the end of a run.
  package static func writeEmptyRun(_ files: Files, _ outline: RunOutline, build: Path) throws {
    for listener in try listeners(files, outline, build: build) {
      listener.receive(.ended(.succeeded(ran: 0)), at: .now)
      if let problem = listener.problem { throw problem }
    }
  }
}
