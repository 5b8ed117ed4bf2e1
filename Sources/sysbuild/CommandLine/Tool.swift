internal import BuildGraph
internal import Platform

/// The whole program: one invocation from its arguments to its exit status.
enum Tool {
  enum Ending: Equatable {
    case exit(Int32)
    /// End by this signal, so that whoever waits sees it.
    case die(of: CInt)
  }

  /// - Parameter arguments: with the program's name in front.
  static func run(_ arguments: [[UInt8]]) -> Ending {
    do {
      let caller = MakeFlags(Environment.value("MAKEFLAGS") ?? [])
      return try run(try Invocation(Array(arguments.dropFirst())).called(by: caller))
    } catch {
      complain("\(error)")
      return .exit(2)
    }
  }

  private static func run(_ invocation: Invocation) throws -> Ending {
    if invocation.wantsHelp { return try show(Help.text) }
    if invocation.wantsVersion { return try show(Help.version) }
    guard let query = invocation.query else { return try Build.run(invocation) }
    if query == .helper { return try Helper.run(invocation.words) }
    if invocation.wantsDifference, invocation.words.count == 2 {
      return try show(Packages.comparison(invocation))
    }
    let session = try Session(invocation)
    switch query {
    case .list: return try show(List.text(session))
    case .status: return try show(Status.text(session))
    case .why: return try show(Why.text(session))
    case .affects: return try show(Affects.text(session))
    case .graph: return try show(bytes: GraphView.text(session))
    case .show: return try show(Show.text(session))
    case .packages: return try show(Packages.text(session))
    case .log: return try Log.run(session)
    case .history: return try show(HistoryView.text(session))
    case .doctor: return try Doctor.run(session)
    case .clean: return try Clean.run(session)
    case .helper: return try Helper.run(invocation.words)
    }
  }

  static func show(_ text: String) throws -> Ending {
    try show(bytes: Array(harmless(text).utf8))
  }

  /// A reader that went away, as `head` does, is no error.
  static func show(bytes: [UInt8]) throws -> Ending {
    try StandardStream.output.write(bytes)
    return .exit(0)
  }

  /// Says on standard error what went wrong, every line with the program's name in front.
  static func complain(_ text: String) {
    let lines = harmless(text).split(separator: "\n").map { "sysbuild: \($0)\n" }
    _ = try? StandardStream.error.write(lines.joined())
  }
}
