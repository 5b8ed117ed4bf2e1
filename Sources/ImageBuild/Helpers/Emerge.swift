import EmergeOutput
import Platform
import PortageFiles
import Stamps
import TextKit

/// The helpers for stages that run emerge. RECORDS is the folder of `BuildRecords`, LIST the file of a `ResolvedList`.
///
/// They read the settings of a stage from the environment, as emerge does.
enum Emerge {
  /// `helper emerge RECORDS LIST [OPTION|ATOM…]`: runs emerge without binary packages that are out of date.
  static func run(_ arguments: [String]) throws {
    let survey = try survey(arguments, "emerge RECORDS LIST [OPTION|ATOM…]")
    try EmergeRun.run(survey, Array(arguments.dropFirst(2)))
  }

  /// `helper install RECORDS LIST [OPTION…]`: runs emerge for what ROOT lacks of the list, or has in another form.
  ///
  /// Each package is named as an argument: emerge builds again what is named, whatever it thinks of its own accord.
  ///
  /// It then runs emerge for the packages that are built against those whose interface has changed by that, and so on
  /// until nothing is left.
  static func install(_ arguments: [String]) throws {
    var survey = try survey(arguments, "install RECORDS LIST [OPTION…]")
    var merges = RootPlan(
      survey.list, present: try present(in: survey.stage), outOfDate: survey.outOfDate
    ).merges
    var times: [ResolvedPackage: Int] = [:]
    var built: Set<ResolvedPackage> = []
    while !merges.isEmpty {
      for merge in merges {
        times[merge.package, default: 0] += 1
        guard let reason = merge.reason else { continue }
        try StandardStream.output.write("sysbuild: \(merge.package.versionedName) is built anew: \(reason)\n")
      }
      let missing = Set(try survey.missingBinaries())
      built.formUnion(merges.map(\.package).filter(missing.contains))
      let atoms = merges.map(\.package).map { $0.atom(ofBinary: !missing.contains($0)) }
      try EmergeRun.run(survey, arguments.dropFirst(2) + atoms)
      survey = try self.survey(arguments, "")
      merges = try followers(survey).filter { merge in
        if times[merge.package, default: 0] < mostBuilds { return true }
        try StandardStream.output.write(neverTheSame(merge).line + "\n")
        return false
      }
    }
    if built.isEmpty { return }
    let libraries = try UndeclaredLibraries(in: survey.stage.root)
    for warning in try survey.list.packages.filter(built.contains).flatMap(libraries.warnings) {
      try StandardStream.output.write(warning.line + "\n")
    }
  }

  /// How often a package is built in a stage, if what it is built against is another each time.
  private static let mostBuilds = 3

  /// The packages in ROOT that are to be built anew only because of what they are built against.
  private static func followers(_ survey: EmergeSurvey) throws -> [RootPlan.Merge] {
    try RootPlan(survey.list, present: present(in: survey.stage), outOfDate: survey.builtAgainstOthers)
      .merges.filter { $0.reason != nil && $0.replaced?.version == $0.package.version }
  }

  private static func neverTheSame(_ merge: RootPlan.Merge) -> EmergeMessage {
    .warning(
      "\(merge.package.versionedName) was built \(mostBuilds) times and is still \(merge.reason ?? ""): both need each "
        + "other, and one of them is never built the same twice")
  }

  /// `helper build RECORDS LIST [OPTION…]`: runs emerge for the packages of the list that have no binary package, or
  /// one that is out of date.
  static func build(_ arguments: [String]) throws {
    let survey = try survey(arguments, "build RECORDS LIST [OPTION…]")
    let missing = try survey.missingBinaries()
    if missing.isEmpty { return }
    try EmergeRun.run(survey, arguments.dropFirst(2) + missing.map { $0.atom(ofBinary: false) })
  }

  /// `helper remove LIST`: removes what ROOT has and the list has not.
  static func remove(_ arguments: [String]) throws {
    guard arguments.count == 1 else { throw UserError.helperUsage("remove LIST") }
    let list = try ResolvedList(file: Path(arguments[0]))
    let stage = try EmergeStage()
    let plan = RootPlan(list, present: try present(in: stage)) { _ in nil }
    if plan.removed.isEmpty { return }
    try EmergeRun(stage).run(["--unmerge"] + plan.removed.map { "=\($0.versionedName)" })
  }

  /// `helper check RECORDS LIST`: fails unless ROOT has exactly the packages of the list; then it does what
  /// `record-builds` does.
  static func check(_ arguments: [String]) throws {
    let survey = try survey(arguments, "check RECORDS LIST")
    let plan = RootPlan(survey.list, present: try present(in: survey.stage)) { _ in nil }
    if let merge = plan.merges.first {
      throw UserError.notAsResolved(survey.stage.root, merge)
    }
    if let package = plan.removed.first {
      throw UserError.notAsResolved(survey.stage.root, extra: package.versionedName)
    }
    try survey.storeKeys()
  }

  /// `helper record-builds RECORDS LIST`: records what the builds of the last emerge were made from, before that
  /// changes, and stores the keys of all that is installed in ROOT.
  static func record(_ arguments: [String]) throws {
    try survey(arguments, "record-builds RECORDS LIST").storeKeys()
  }

  /// `helper quickpkg LIST`: makes a binary package of each installed package of the list whose binary package was
  /// removed. Portage does not make these again, because the packages are installed.
  static func makeMissingBinaries(_ arguments: [String]) throws {
    guard arguments.count == 1 else { throw UserError.helperUsage("quickpkg LIST") }
    let list = try ResolvedList(file: Path(arguments[0]))
    let stage = try EmergeStage()
    let binaries = try BinaryPackage.all(in: stage.binaryPackages)
    let present = Set(
      binaries.filter { File.exists(stage.binaryPackages / Path($0.path)) }.map(\.versionedName))
    let installed = Set(try InstalledPackages(root: stage.root).packages.map(\.versionedName))
    let missing = list.packages.map(\.versionedName).filter { installed.contains($0) && !present.contains($0) }
    if missing.isEmpty { return }
    try stage.become("quickpkg", ["--include-config=y"] + missing.map { "=\($0)" })
  }

  // MARK: Shared

  private static func survey(_ arguments: [String], _ usage: String) throws -> EmergeSurvey {
    guard arguments.count >= 2 else { throw UserError.helperUsage(usage) }
    return try EmergeSurvey(
      records: Path(arguments[0]), of: try EmergeStage(), list: try ResolvedList(file: Path(arguments[1])))
  }

  private static func present(in stage: EmergeStage) throws(SystemError) -> [RootPlan.Present] {
    try InstalledPackages(root: stage.root).packages.map(RootPlan.Present.init)
  }
}
