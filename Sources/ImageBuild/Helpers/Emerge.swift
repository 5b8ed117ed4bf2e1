import Caching
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
  static func run(_ arguments: [String], _ place: CachePlace?) throws {
    let work = try StageWork(arguments, place, usage: "emerge RECORDS LIST [OPTION|ATOM…]")
    let installed = Set(try PackageBuild.installed(in: work.stage.root).map(\.id))
    var survey = try work.survey()
    survey = try work.fetch(survey.list.packages.filter { !installed.contains($0.id) }, survey)
    try work.checkCompilers()
    try EmergeRun.run(survey, work.options)
  }

  /// `helper install RECORDS LIST [OPTION…]`: runs emerge for what ROOT lacks of the list, or has in another form.
  ///
  /// Each package is named as an argument: emerge builds again what is named, whatever it thinks of its own accord.
  ///
  /// It then runs emerge for the packages that are built against those whose interface has changed by that, and so on
  /// until nothing is left.
  static func install(_ arguments: [String], _ place: CachePlace?) throws {
    let work = try StageWork(arguments, place, usage: "install RECORDS LIST [OPTION…]")
    var survey = try work.survey()
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
      survey = try work.fetch(merges.map(\.package), survey)
      let missing = Set(try survey.missingBinaries())
      let toBuild = merges.map(\.package).filter(missing.contains)
      if !toBuild.isEmpty { try work.checkCompilers() }
      built.formUnion(toBuild)
      let atoms = merges.map(\.package).map { $0.atom(ofBinary: !missing.contains($0)) }
      try EmergeRun.run(survey, work.options + atoms)
      survey = try work.survey()
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
  static func build(_ arguments: [String], _ place: CachePlace?) throws {
    let work = try StageWork(arguments, place, usage: "build RECORDS LIST [OPTION…]")
    var survey = try work.survey()
    survey = try work.fetch(survey.list.packages, survey)
    let missing = try survey.missingBinaries()
    if missing.isEmpty { return }
    try work.checkCompilers()
    try EmergeRun.run(survey, work.options + missing.map { $0.atom(ofBinary: false) })
    _ = try work.survey()
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
  static func check(_ arguments: [String], _ place: CachePlace?) throws {
    let survey = try StageWork(arguments, place, usage: "check RECORDS LIST").survey()
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
  static func record(_ arguments: [String], _ place: CachePlace?) throws {
    try StageWork(arguments, place, usage: "record-builds RECORDS LIST").survey().storeKeys()
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

  private static func present(in stage: EmergeStage) throws(SystemError) -> [RootPlan.Present] {
    try InstalledPackages(root: stage.root).packages.map(RootPlan.Present.init)
  }
}

/// What the helpers for a stage are called with: `RECORDS LIST [OPTION…]`.
private struct StageWork {
  let stage: EmergeStage
  let options: [String]
  private let records: Path
  private let list: ResolvedList
  private let cache: PackageCache?

  /// - Parameter place: the cache of which the helper was told.
  init(_ arguments: [String], _ place: CachePlace?, usage: String) throws {
    guard arguments.count >= 2 else { throw UserError.helperUsage(usage) }
    records = Path(arguments[0])
    list = try ResolvedList(file: Path(arguments[1]))
    options = Array(arguments.dropFirst(2))
    stage = try EmergeStage()
    let stage = stage
    cache = try place.map { try PackageCache($0, stage) }
  }

  /// Must be called before something is compiled.
  func checkCompilers() throws {
    try CompilerHosts(hosts: stage.compilerHosts, chost: stage.chost, searchPath: stage.searchPath).check {
      text in
      try StandardStream.output.write(EmergeMessage.warning(text).line + "\n")
    }
  }

  /// Looks at what there is. What was built since the last time is kept in the cache.
  func survey() throws -> EmergeSurvey {
    let survey = try EmergeSurvey(records: records, of: stage, list: list)
    try cache?.keep(survey)
    return survey
  }

  /// Brings binary packages here that others have built from the same, and looks at what there is then.
  ///
  /// - Parameter packages: those that are about to be merged, or built.
  func fetch(_ packages: [ResolvedPackage], _ survey: EmergeSurvey) throws -> EmergeSurvey {
    guard let cache else { return survey }
    var survey = try survey.foreseeing(packages)
    while try cache.fetch(packages, survey) { survey = try self.survey().foreseeing(packages) }
    return survey
  }
}
