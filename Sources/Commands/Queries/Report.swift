import BuildGraph
import BuildSettings
import ImageBuild
import Platform
import PortageFiles
import ReportPage
import RunDisplay
import TextKit

extension Command {
  static let report = Command(
    "report", "[FILE]",
    summary: "draw the image and its last build: one HTML page",
    details: [
      "The page shows what takes how much room, what changed against the published image, the packages by licence, the "
        + "timeline of the last run, and warnings. It needs no network and no other file. FILE is O/report.html unless "
        + "it is named; '-' is standard output."
    ],
    words: .files, options: [.against],
    check: { invocation throws(UserError) in
      if invocation.words.count > 1 {
        throw UserError("'report' writes one file: leave out '\(invocation.words[1])'")
      }
    },
    run: { try Report.run(Session($0)) })
}

extension Option {
  static let against = Option(
    "--against",
    takes: .init(placeholder: "OLD", noun: "a packages.json, or a folder with one", completion: .file),
    "compare with this image, not with the published one")
}

/// `sysbuild report [FILE]`: writes a page about the image and its last build.
private enum Report {
  static func run(_ session: Session) throws -> Ending {
    let locations = session.settings.locations
    let content = try content(session)
    if content.image == nil, content.runs.isEmpty {
      throw UserError(
        "there is nothing to report: nothing was built in '\(locations.build)' yet; build it first: "
          + session.invocation.commandLine([]))
    }
    let page = Array(Page(content).html.utf8)
    let word = session.invocation.words.first
    if word == "-" { return try Program.show(bytes: page) }
    let file = word.map { Path($0) } ?? locations.build / "report.html"
    try File.write(page, to: file)
    return try session.invocation.isSilent ? .exit(0) : Program.show("\(file)\n")
  }

  private static func content(_ session: Session) throws -> ReportContent {
    let settings = session.settings
    var content = ReportContent(
      title: settings.variant ?? "\(settings.locations.source.lastComponent)",
      build: "\(settings.locations.build)", hasImage: settings.variant != nil)
    if settings.variant != nil {
      content.image = try ReportedImage.image(session)
    } else if session.invocation.has(.against) {
      throw UserError("option '--against' compares images, and with 'graph = none' there is none")
    }
    content.runs = try ReportedRuns.runs(in: settings.locations.build)
    content.needs = Dictionary(
      session.graph.nodes.map { node in (node.name, node.needs.map { session.graph[$0].name }) }
    ) { first, _ in first }
    content.warnings = try ReportedRuns.warnings(in: settings.locations.build)
    return content
  }
}
