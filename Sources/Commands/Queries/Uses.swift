import BuildGraph
import BuildSettings
import Explanations
import ImageBuild
import Platform
import TextKit

extension Command {
  static let uses = Command(
    "uses", "PACKAGE",
    summary: "its USE flags, and who sets them",
    details: [
      "PACKAGE is 'leaf' or 'app-misc/leaf', or either with a version. With --if, sysbuild says what would be built, added "
        + "and removed if the flag were on, or off with '--if -FLAG', as 'sysbuild -n --packages' does after an edit."
    ],
    words: .oneOf([]), options: [.ifFlag, .json], run: answering(Uses.text))
}

extension Option {
  static let ifFlag = Option(
    "--if",
    takes: .init(placeholder: "FLAG", noun: "a USE flag, or one with a '-' before it", completion: .none),
    "what would change if FLAG were on, or with -FLAG off; may be repeated")
}

/// `sysbuild uses PACKAGE`: its flags; with `--if` what other ones would change.
private enum Uses {
  static func text(_ session: Session) throws -> String {
    let invocation = session.invocation
    guard invocation.words.count == 1 else {
      throw UserError("'uses' needs one package: sysbuild uses PACKAGE")
    }
    guard session.settings.variant != nil else { throw UserError.noImageGraph }
    let flags = try PackageFlags(
      of: invocation.words[0], session.settings, environment: try session.portageEnvironment())
    let changes = invocation.values(of: .ifFlag)
    if !changes.isEmpty { return try preview(flags.trial(of: changes), session) }
    return invocation.wantsJSON ? flags.json : flags.text(width: StandardStream.output.width)
  }

  /// What a build would do if package.use of the variant had the flags.
  private static func preview(_ trial: FlagTrial, _ session: Session) throws -> String {
    let session = try session.assuming(
      "profiles/\(session.settings.variant ?? "")/target/etc/portage/package.use")
    guard let image = session.graph.id(of: "image") else { throw UserError.noImageGraph }
    let plan = try Plan(session.state, goals: [image])
    let outlook = try Preview.outlook(
      of: plan, session.state, session.settings, runs: session.earlierRuns(), trying: trial)
    let jobs = session.invocation.jobCount
    let report = PlanReport(
      plan: plan, graph: session.graph, notes: outlook.notes(jobs: jobs), time: outlook.time(jobs: jobs))
    return session.invocation.wantsJSON ? report.json : "with '\(trial.line)' in package.use:\n" + report.text
  }
}
