import BuildGraph
import Platform
import TextKit

/// The helpers that make the destination root from the last one.
enum Assemble {
  /// `helper assemble RECORDS SKELETON LIST LAST [OPTION…]`: makes ROOT an `AssembledRoot` of LIST, with the packages of
  /// SKELETON first, from nothing if LAST, the destination root, is not there. SKELETON and LIST are files of a
  /// `ResolvedList`, the options are those of emerge. In `SYSBUILD_FOLDERS` emerge records folders.
  static func run(_ arguments: [String]) throws {
    guard arguments.count >= 4 else {
      throw UserError.helperUsage("assemble RECORDS SKELETON LIST LAST [OPTION…]")
    }
    let settings = try AssemblySettings(
      last: Path(arguments[3]), options: Array(arguments.dropFirst(4)),
      isForced: Environment.value(Job.forced) != nil
    ) { name in Environment.value(name).map { String(decoding: $0, as: UTF8.self) } }
    let survey = try EmergeSurvey(
      records: Path(arguments[0]), of: try EmergeStage(), list: try ResolvedList(file: Path(arguments[2])))
    try Assembly(survey, skeleton: try ResolvedList(file: Path(arguments[1])), settings).run()
  }

  /// `helper copy-root ROOT COPY`: makes COPY a copy of ROOT, from what it was before.
  static func copyRoot(_ arguments: [String]) throws {
    guard arguments.count == 2 else { throw UserError.helperUsage("copy-root ROOT COPY") }
    var copy = RootCopy(of: Path(arguments[0]), at: Path(arguments[1]))
    let (copied, all) = try copy.refresh()
    try StandardStream.output.write("sysbuild: \(copied) of \(Quantity.count(all, "path")) copied\n")
  }

  /// `helper exchange ROOT OTHER`: puts ROOT in the place of OTHER. If there is an OTHER, it is ROOT then.
  static func exchange(_ arguments: [String]) throws {
    guard arguments.count == 2 else { throw UserError.helperUsage("exchange ROOT OTHER") }
    let (root, other) = (Path(arguments[0]), Path(arguments[1]))
    if File.exists(other) { try File.exchange(root, with: other) } else { try File.rename(root, to: other) }
  }
}
