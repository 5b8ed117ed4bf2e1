import BuildGraph
import BuildSettings
import EmergeOutput
import ImageBuild
import Platform
import PortageFiles
import RunDisplay
import TextKit

/// The folders in which packages are built that `--keep-work` keeps, and what is said of them at the end of a run.
final class KeptWork: RunListener {
  /// `category/name`, or the name alone.
  private let names: [String]
  private let session: Session
  /// `category/name-version` of those that were built in this run.
  private var built: [String] = []

  /// Nil if none is to be kept.
  init?(_ session: Session) throws {
    names = session.invocation.values(of: .keepWork)
    self.session = session
    if names.isEmpty { return nil }
    guard session.settings.variant != nil else {
      throw UserError("'--keep-work' needs the graph of an image: this source tree has one of its own")
    }
  }

  /// What tells the program that runs emerge.
  var variables: [(name: String, value: String)] {
    [("SYSBUILD_KEEP_WORK", names.joined(separator: " "))]
  }

  func receive(_ event: RunEvent, at time: RunTime) {
    guard case .package(_, .started(let package)) = event, !package.isBinary, !built.contains(package.version),
      names.contains(where: { Self.matches($0, package.version) })
    else { return }
    built.append(package.version)
  }

  private static func matches(_ name: String, _ version: String) -> Bool {
    guard let version = PackageVersion(version) else { return false }
    return name == version.package || name == version.name
  }

  /// Says where the folders are.
  func report() throws {
    let folders = BuildFolders(session.settings)
    for name in names {
      let builds = built.filter { Self.matches(name, $0) }
      let present = folders.all.filter { Self.matches(name, $0.package) }
      for (package, folder) in present where builds.contains(package) && !session.invocation.isSilent {
        try StandardStream.output.write("\(package) was built in \(folder)\n")
      }
      for package in builds where !present.contains(where: { $0.package == package }) {
        Program.complain(
          "the folder in which \(package) was built is gone: this Portage cannot be made to keep it")
      }
      if !builds.isEmpty { continue }
      let left = present.map { "; what an earlier run has left is in \($0.folder)" }.joined()
      Program.complain(
        "\(name) was not built in this run, so nothing of it is kept\(left)\(hint(name, folders.packages))")
    }
  }

  /// - Parameter known: `category/name` of the packages of the image.
  private func hint(_ name: String, _ known: [String]) -> String {
    if known.isEmpty || known.contains(where: { $0 == name || $0.hasSuffix("/" + name) }) { return "" }
    return didYouMean(name, among: known + known.map { String($0.drop { $0 != "/" }.dropFirst()) })
  }
}
