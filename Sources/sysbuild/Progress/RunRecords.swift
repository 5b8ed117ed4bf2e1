internal import BuildGraph
internal import Platform

/// The files that the command line asks a run to write for programs.
enum RunRecords {
  static func listeners(_ outline: RunOutline, _ session: Session) throws -> [any RunListener] {
    let invocation = session.invocation
    var listeners: [any RunListener] = []
    if let path = invocation.events {
      listeners.append(try EventsFile(path, outline, build: session.settings.locations.build))
    }
    if let path = invocation.trace { listeners.append(try TraceFile(path, goals: outline.goals)) }
    return listeners
  }

  /// Those of a run that finds everything fresh: whoever reads them waits for an end.
  static func ofNothing(_ outline: RunOutline, _ session: Session) throws {
    for listener in try listeners(outline, session) {
      listener.receive(.ended(.succeeded(ran: 0)), at: .now)
      if let problem = listener.problem { throw problem }
    }
  }
}

extension Invocation {
  var wantsRecords: Bool { events != nil || trace != nil }
}
