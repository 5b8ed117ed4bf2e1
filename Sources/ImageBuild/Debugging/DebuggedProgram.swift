import BuildGraph
package import BuildSettings
import Platform
import PortageFiles
import TextKit

/// A program of the image at which a debugger is to stop.
package struct DebuggedProgram {
  /// Relative to the root.
  private let path: Path
  private let place: String
  private let build: Path
  private let settingsFile: Path

  /// Makes the debug files what the image needs.
  ///
  /// - Parameter text: `PROGRAM[:PLACE]`. PROGRAM is absolute, or the end of a path; PLACE is what gdb takes for a
  ///   breakpoint.
  /// - Throws: `UserError` if the image has no such program, or no debug files of it.
  package init(_ text: String, _ settings: Settings) throws {
    let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
    guard let word = parts.first else { throw UserError.notInImage(text) }
    place = parts.count > 1 ? parts[1] : "main"
    build = settings.locations.build
    guard File.exists(build / "rootfs") else { throw UserError.noRoot(build) }
    var owners = try FileOwners("rootfs", settings)
    let root = build / "rootfs"
    let found = try owners.find(Path(word)).filter { path, _ in
      (try? FileStatus(root / (path.relative(to: "/") ?? path)))?.kind == .file
    }
    guard let program = found.first else { throw UserError.notInImage(word) }
    guard found.count == 1 else { throw UserError.severalPrograms(word, found.map { "'\($0.path)'" }) }
    path = program.path.relative(to: "/") ?? program.path
    guard case .package(let package) = program.owner else { throw UserError.ofNoPackage(program.path) }
    let files = DebugFiles(settings)
    settingsFile = files.settingsFile
    guard try files.update(settings).contains(package) else {
      throw UserError.noDebugFiles(program.path, of: package)
    }
  }

  /// What `hosts/run` has to know.
  package var environment: [(String, String)] {
    [
      ("GDB_ROOT", "\(build)/rootfs"), ("GDB_PROGRAM", "\(path)"), ("GDB_PLACE", place),
      ("GDB_SETTINGS", "\(settingsFile)"), ("GDB_KERNEL_CONFIG", "\(build)/kernel/build/.config"),
    ]
  }
}

extension UserError {
  fileprivate static func notInImage(_ word: String) -> Self { Self("the image has no program '\(word)'") }

  fileprivate static func noRoot(_ build: Path) -> Self {
    Self("there is no image in '\(build)': run 'sysbuild image'")
  }

  fileprivate static func severalPrograms(_ word: String, _ paths: [String]) -> Self {
    Self("'\(word)' may be \(paths.joined(separator: " or "))")
  }

  fileprivate static func ofNoPackage(_ path: Path) -> Self {
    Self("'\(path)' is of no package, so that there are no debug files of it")
  }

  fileprivate static func noDebugFiles(_ path: Path, of package: PackageVersion) -> Self {
    Self(
      "there are no debug files of '\(path)': run 'sysbuild debug \(package.package)', and have the image built"
    )
  }
}
