import EmergeOutput
import Platform
import PortageFiles
import Stamps
import TextKit

/// The helpers for stages that run emerge. They make emerge build packages again for reasons that it does not consider
/// (`Ingredients`). RECORDS is the folder of `BuildRecords`.
///
/// They read the settings of a stage from the environment, as emerge does.
enum Emerge {
  /// `helper emerge RECORDS [OPTION|ATOM…]`: runs emerge without binary packages that are out of date.
  static func run(_ arguments: [String]) throws {
    guard let folder = arguments.first else {
      throw UserError.helperUsage("emerge RECORDS [OPTION|ATOM…]")
    }
    let survey = try EmergeSurvey(records: Path(folder))
    let unfit = try survey.unfitBinaries(pretending: survey.stage.pretend)
    for (build, reason) in unfit {
      try StandardStream.output.write("\(EmergeMessage.outOfDate) \(build.versionedName): \(reason)\n")
    }
    try survey.begin()
    try EmergeRun(survey.stage).run(excluding(unfit) + arguments.dropFirst())
  }

  /// `helper rebuild RECORDS [OPTION…]`: builds the installed packages again that are out of date.
  ///
  /// The packages are given as arguments and not with `--reinstall-atoms`. With that option emerge treats them as not
  /// installed, and then could not build packages that need each other.
  static func rebuild(_ arguments: [String]) throws {
    guard let folder = arguments.first else {
      throw UserError.helperUsage("rebuild RECORDS [OPTION…]")
    }
    let survey = try EmergeSurvey(records: Path(folder))
    let stale = try survey.outOfDate(try PackageBuild.installed(in: survey.stage.root))
    if stale.isEmpty { return }
    for (build, reason) in stale {
      try StandardStream.output.write("sysbuild: \(build.versionedName) is built anew: \(reason)\n")
    }
    let unfit = try survey.unfitBinaries(pretending: survey.stage.pretend)
    try survey.begin()
    try EmergeRun(survey.stage).run(
      excluding(unfit) + arguments.dropFirst()
        + stale.map { "=\($0.build.versionedName)" })
  }

  /// The option that keeps emerge from using the binary packages of these builds.
  static func excluding(_ unfit: [(build: PackageBuild, reason: String)]) -> [String] {
    let packages = Set(unfit.map(\.build.package)).sorted()
    return packages.isEmpty ? [] : ["--usepkg-exclude=\(packages.joined(separator: " "))"]
  }

  /// `helper record-builds RECORDS`: records what the builds of the last `helper emerge` were made from, before that
  /// changes.
  static func record(_ arguments: [String]) throws {
    guard arguments.count == 1 else { throw UserError.helperUsage("record-builds RECORDS") }
    _ = try EmergeSurvey(records: Path(arguments[0]))
  }

  /// `helper quickpkg`: makes a binary package of each installed package whose binary package was removed. Portage does
  /// not make these again, because the packages are installed.
  static func makeMissingBinaries(_ arguments: [String]) throws {
    guard arguments.isEmpty else { throw UserError.helperUsage("quickpkg") }
    let stage = try EmergeStage()
    let present = PackageBuild.versionsWithBinary(in: stage.binaryPackages)
    let missing = try PackageBuild.installed(in: stage.root).map(\.versionedName).filter {
      !present.contains($0)
    }
    if missing.isEmpty { return }
    try stage.become("quickpkg", ["--include-config=y"] + missing.map { "=\($0)" })
  }
}
