import BuildGraph
import BuildSettings
import Execution
import ImageBuild
import Platform
import PortageFiles
import Stamps
import TextKit

extension Command {
  static let challenge = Command(
    "challenge", "[PKG…]",
    summary: "build them, or the image, again and compare the files", words: .oneOf([]),
    options: [.wait], run: { try Challenge.run(Session($0)) })
}

/// `sysbuild challenge [PACKAGE…]`: builds packages of the image once more, later and with another number of jobs, and
/// says which files are not the same. Without a package it builds the whole image in another O.
///
/// The exit status is 1 if something differs. What differs stays in `O/challenge`.
private enum Challenge {
  static func run(_ session: Session) throws -> Ending {
    guard let image = session.graph.id(of: "image"), session.settings.variant != nil else {
      throw UserError.nothingToChallenge
    }
    let locations = session.settings.locations
    let scratch = locations.build / "challenge"
    return try BuildLock.hold(
      locations.build, for: "challenge", waits: session.invocation.has(.wait), warn: Program.complain
    ) { _ in
      guard try Plan(session.state, goals: [image], force: false).isUpToDate else { throw UserError.notBuilt }
      try Directory.removeTree(scratch)
      try Directory.create(scratch)
      let words = session.invocation.words
      let comparison = try words.isEmpty ? ofImage(session, scratch) : ofPackages(words, session, scratch)
      try StandardStream.output.write(comparison.text)
      if comparison.isSame {
        try Directory.removeTree(scratch)
        return .exit(0)
      }
      try explain(comparison)
      return .exit(1)
    }
  }

  /// As many as before is no challenge.
  private static func otherJobs(_ session: Session) -> Int {
    session.invocation.jobCount > 1 ? session.invocation.jobCount - 1 : 2
  }

  private static func ofPackages(_ words: [String], _ session: Session, _ scratch: Path) throws
    -> BuildComparison
  {
    let build = try SecondBuild(words, session.settings, scratch: scratch)
    guard let stage = session.graph.id(of: "world") else { throw UserError.nothingToChallenge }
    try StandardStream.output.write(
      "building \(Quantity.count(build.packages.count, "package")) once more: \(build.log)\n")
    guard try HostGuard.enter(session.settings, warn: Program.complain) else {
      throw UserError.noMount(HostGuard.buildFolder)
    }
    let variables = try session.settings.variables(findingBuildAt: HostGuard.buildFolder)
    try build.run(session.graph.environment(of: stage, variables: variables), jobs: otherJobs(session))
    var comparison = BuildComparison()
    try comparison.add(
      build.packages, in: session.settings.locations.build / "packages", and: build.binaryPackages,
      scratch: scratch / "compared")
    return comparison
  }

  private static func ofImage(_ session: Session, _ scratch: Path) throws -> BuildComparison {
    let locations = session.settings.locations
    let other = Locations(source: locations.source, build: scratch / "O", images: scratch / "images")
    let program = try Environment.executable()
    // What a cache has would be the first build again.
    let own = ["O": "\(other.build)", "IMAGESDIR": "\(other.images)", "CACHE": "", "CCACHE": ""]
    let given = session.invocation.assignments.filter { own[$0.name] == nil }.map { "\($0.name)=\($0.value)" }
    let sources = session.settings.variables["DISTDIR"].map { ["DISTDIR=\($0.value)"] } ?? []
    let words =
      ["\(program)", "-C", "\(locations.source)", "-j\(otherJobs(session))"] + sources + given
      + own.map { "\($0.key)=\($0.value)" } + ["image"]
    let status = try ChildProcess(
      program: program, arguments: words.map { Array($0.utf8) }, environment: Environment.variables,
      output: 1, error: 2, isForeground: true
    ).reap()
    if !status.isSuccess { throw UserError.secondBuildFailed(other.build) }
    var comparison = BuildComparison()
    let roots = try ["sysroot", "rootfs"].flatMap { root in
      try InstalledPackages(root: locations.build / Path(root)).packages.map(\.id)
    }
    try comparison.add(
      Set(roots).sorted { "\($0)" < "\($1)" }, in: locations.build / "packages", and: other.build / "packages",
      scratch: scratch / "compared")
    // The list of sums only follows the others.
    let published = try Directory.entries(of: other.images).map(\.name).filter { $0 != "SHA256SUMS" }.sorted()
    try comparison.add(files: published, in: locations.images, and: other.images)
    return comparison
  }

  /// Has diffoscope say what is different in the files, if it is there.
  private static func explain(_ comparison: BuildComparison) throws {
    let path = Settings.systemSearchPath
    guard let program = ProgramSearch.find("diffoscope", in: path) else {
      try StandardStream.output.write("diffoscope, once it is installed, shows what is different in them\n")
      return
    }
    for item in comparison.items {
      for change in item.changes where change.kind == .changed {
        let files = [item.folders.first, item.folders.second].map { "\($0 / Path(change.item))" }
        _ = try ChildProcess(
          program: program, arguments: (["diffoscope"] + files).map { Array($0.utf8) },
          environment: ["PATH=\(path)", "LC_ALL=C.UTF-8"].map { Array($0.utf8) }, output: 1, error: 2,
          isForeground: true
        ).reap()
      }
    }
  }
}
