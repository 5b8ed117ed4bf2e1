import BuildGraph
import BuildSettings
import Execution
import ImageBuild
import Platform
import TextKit

extension Command {
  static let legalInfo = Command(
    "legal-info", "DIR",
    summary: "collect sources and licences of the image there",
    details: [
      "DIR gets the sources and the patches of all packages, the texts of their licences, a manifest, a list of what is "
        + "missing, and all that it takes to build the image again without a network. What DISTDIR lacks is downloaded.",
      "The exit status is 1 if something is missing.",
    ],
    words: .files, options: [.wait], run: { try LegalInfoCommand.run($0) })
}

/// `sysbuild legal-info DIR`.
private enum LegalInfoCommand {
  static func run(_ invocation: Invocation) throws -> Ending {
    guard invocation.words.count == 1 else {
      throw UserError("'legal-info' needs one folder: sysbuild legal-info DIR")
    }
    let session = try Session(invocation)
    guard session.graph.id(of: "image") != nil, session.settings.variant != nil else {
      throw UserError.noImageGraph
    }
    let folder = (try Directory.current() / invocation.words[0]).normalized
    try LegalInfo.check(folder, session.settings)
    if let work = session.works.first { throw UserError.isWorkedOn(work.name) }
    try checkImage(session)
    return try fetched(session) { session in
      let summary = try LegalInfo(
        session.settings, session.graph, environment: try session.portageEnvironment()
      ).write(to: folder)
      try StandardStream.output.write(harmless(text(summary, folder)))
      return .exit(summary.missing.isEmpty ? 0 : 1)
    }
  }

  private static func checkImage(_ session: Session) throws {
    guard let image = session.graph.id(of: "image") else { throw UserError.noImageGraph }
    if try !Plan(session.state, goals: [image], force: false).isUpToDate { throw UserError.noLegalImage }
  }

  /// Downloads what is not there, as far as it can be had, and calls `body` under the lock.
  private static func fetched(_ session: Session, _ body: (Session) throws -> Ending) throws -> Ending {
    let graph = session.graph
    let names = Downloads.targets(for: graph.nodes.map(\.target))
    let isFetched = try Plan(session.state, goals: names.compactMap(graph.id), force: false).isUpToDate
    if !isFetched { _ = try OwnCommand.run(["fetch"], session) }
    let invocation = session.invocation
    return try BuildLock.hold(
      session.settings.locations.build, for: "legal-info", waits: invocation.has(.wait), warn: Program.complain
    ) { _ in
      let session = try Session(invocation)
      try checkImage(session)
      return try body(session)
    }
  }

  private static func text(_ summary: LegalInfo.Summary, _ folder: Path) -> String {
    let counts = [
      "\(summary.image) in the image", "\(summary.build) to build it",
      Quantity.count(summary.sources, "source"),
      summary.patches == 1 ? "1 patch" : "\(summary.patches) patches",
    ]
    return counts.joined(separator: ", ") + ": \(folder)\n"
      + (summary.missing.isEmpty
        ? "nothing is missing\n"
        : "missing:\n" + summary.missing.map { "  " + $0.replacing("\t", with: "  ") }.joined())
  }
}

extension UserError {
  fileprivate static func isWorkedOn(_ package: String) -> Self {
    Self("\(package) is worked on, so its patch is not final: 'sysbuild workon --finish \(package)' first")
  }
}
