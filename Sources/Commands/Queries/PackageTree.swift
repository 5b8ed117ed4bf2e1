import BuildGraph
import BuildSettings
import ImageBuild
import Platform
import PortageFiles
import TextKit

extension Option {
  static let tree = Option("--tree", "what packages need, as a tree")
  static let reverse = Option("--reverse", "what needs a package, up to the lines of the sets")
}

/// `sysbuild packages [ROOT] --tree [PACKAGE]` and `sysbuild packages [ROOT] --reverse PACKAGE`.
enum PackageTree {
  static func check(_ invocation: Invocation) throws(UserError) {
    if invocation.has(.tree), invocation.has(.reverse) {
      throw UserError("options '--tree' and '--reverse' cannot be used together: leave one out")
    }
    for option in [Option.size, .cost, .difference, .all] where invocation.has(option) {
      throw .misplaced(option, isFor: "the packages of a root as a table, without --tree and --reverse")
    }
    let (root, word) = try parts(invocation)
    if invocation.has(.reverse), word == nil {
      let place = root == "rootfs" ? "" : " \(root)"
      throw UserError("option '--reverse' needs a package: 'sysbuild packages\(place) --reverse PACKAGE'")
    }
  }

  /// The root, and the word for a package. A single word is a root if one is called so.
  private static func parts(_ invocation: Invocation) throws(UserError) -> (root: String, package: String?) {
    let words = invocation.words
    let roots = Packages.roots.map(\.name)
    switch words.count {
    case 0: return ("rootfs", nil)
    case 1: return roots.contains(words[0]) ? (words[0], nil) : ("rootfs", words[0])
    case 2:
      guard roots.contains(words[0]) else { throw .unknownRoot(words[0], among: roots) }
      return (words[0], words[1])
    default:
      throw UserError("'packages' takes one root and one package here, such as 'sysroot \(words[1])'")
    }
  }

  static func text(_ session: Session) throws -> String {
    let invocation = session.invocation
    guard session.settings.variant != nil else { throw UserError.noImageGraph }
    let (root, word) = try parts(invocation)
    _ = try Packages.folder(of: root, session)
    let graph = try DependencyGraph(
      of: root, sets: try Packages.members(of: root, session), session.settings,
      environment: try session.portageEnvironment())
    if let word { try find(word, in: root, graph.ids, session) }
    let report = DependencyReport(graph)
    let width = StandardStream.output.width
    if let word, invocation.has(.reverse) {
      return invocation.wantsJSON ? report.reverseJSON(word) : report.reverse(word, width: width)
    }
    return invocation.wantsJSON ? report.treeJSON(word) : report.tree(word, width: width)
  }

  /// Throws unless a word means one package, in whatever slots.
  private static func find(
    _ word: String, in root: String, _ packages: [PackageVersion], _ session: Session
  ) throws {
    let found = Set(packages.filter { $0.isMeant(by: word) }.map(\.package)).sorted()
    if found.count == 1 { return }
    if found.count > 1 { throw UserError.severalPackages(word, found) }
    let build = session.settings.locations.build
    for other in Packages.roots.map(\.name) where other != root {
      if try InstalledPackages(root: build / Path(other)).packages.contains(where: { $0.id.isMeant(by: word) })
      {
        let option = session.invocation.has(.tree) ? "--tree" : "--reverse"
        let command = session.invocation.commandLine(["packages", other, option, word])
        throw UserError("'\(word)' is not in the \(root), but in the \(other): '\(command)'")
      }
    }
    if try BuildDependencies.packages(session.settings).contains(where: { $0.isMeant(by: word) }) {
      throw UserError(
        "'\(word)' is only on the machine that builds, where packages need it to be built (BDEPEND)")
    }
    let hint = didYouMean(word, among: packages.map { word.contains("/") ? $0.package : $0.name })
    throw UserError(
      "'\(word)' is not in the \(root)\(hint.isEmpty ? ";" : hint) "
        + "'\(session.invocation.commandLine(["packages", root]))' shows what is")
  }
}
