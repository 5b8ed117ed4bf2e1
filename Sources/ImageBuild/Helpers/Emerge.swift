import EmergeOutput
import Platform
import PortageFiles
import Stamps
import TextKit

/// The helpers of stages that run emerge: they tell it of packages that are to be built again for reasons that it does
/// not look at (`Ingredients`). RECORDS is the folder of `BuildRecords`.
///
/// What they need to know of a stage they find where emerge does: in the environment.
enum Emerge {
  /// `helper emerge RECORDS [OPTION|ATOM…]`: emerge, but no binary package that is out of date.
  static func run(_ arguments: [String]) throws {
    guard let folder = arguments.first else {
      throw UserError.helperUsage("emerge RECORDS [OPTION|ATOM…]")
    }
    let survey = try EmergeSurvey(records: Path(folder))
    let unfit = try survey.unfitBinaries()
    for (build, reason) in unfit {
      try StandardStream.output.write("\(EmergeMessage.outOfDate) \(build.versionedName): \(reason)\n")
    }
    try survey.begin()
    try EmergeRun(survey.stage).run(excluding(unfit) + arguments.dropFirst())
  }

  /// `helper rebuild RECORDS [OPTION…]`: builds what is installed and out of date anew.
  ///
  /// As arguments, and not with `--reinstall-atoms`, which makes emerge take them for not installed: packages that
  /// need each other could not be built then.
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
    let unfit = try survey.unfitBinaries()
    try survey.begin()
    try EmergeRun(survey.stage).run(
      excluding(unfit) + arguments.dropFirst()
        + stale.map { "=\($0.build.versionedName)" })
  }

  /// The option that has emerge pass over the binary packages of these.
  static func excluding(_ unfit: [(build: PackageBuild, reason: String)]) -> [String] {
    let packages = Set(unfit.map(\.build.package)).sorted()
    return packages.isEmpty ? [] : ["--usepkg-exclude=\(packages.joined(separator: " "))"]
  }

  /// `helper record-builds RECORDS`: notes what the builds of the last `helper emerge` were made from, so that it is
  /// still known when that changes.
  static func record(_ arguments: [String]) throws {
    guard arguments.count == 1 else { throw UserError.helperUsage("record-builds RECORDS") }
    _ = try EmergeSurvey(records: Path(arguments[0]))
  }

  /// `helper quickpkg`: makes a binary package of each installed package that has none, since somebody removed it:
  /// to Portage nothing is to be done for what is installed.
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
