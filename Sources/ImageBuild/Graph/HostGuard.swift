import BuildGraph
package import BuildSettings
package import Platform
import Stamps
import TextKit

/// Keeps the commands of an image's build from changing the source tree, in which they run, and the building machine,
/// even if a script or an ebuild has a mistake. They can write only to the folders of the build.
///
/// If sysbuild does not run as root, it also makes the commands root of a user namespace, because Portage sets the
/// owners of files.
package enum HostGuard {
  /// Where commands find O, on every machine, so that what they build is the same wherever O is.
  package static let buildFolder: Path = "/var/tmp/sysbuild"

  /// Moves this process and its commands to a mount namespace of their own. It does nothing for a source tree with
  /// `graph = none`, whose commands may write beside their sources.
  ///
  /// - Parameter warn: receives at most one text, which says what is not guarded.
  /// - Returns: whether commands find O at `buildFolder`, too.
  package static func enter(_ settings: Settings, warn: (String) -> Void) throws -> Bool {
    guard settings.variant != nil else { return false }
    for folder in settings.outputFolders {
      do {
        try Directory.create(folder.path, intermediates: true)
      } catch {
        // Without a cache everything is made here.
        if folder.name == "CACHE" { continue }
        throw UserError.unusable(folder.name, folder.path, error)
      }
    }
    do {
      try enterNamespace()
    } catch {
      if !Environment.isRoot { throw UserError.noUserNamespace(error) }
      warn(noGuard(error))
      return false
    }
    let source = settings.locations.source
    let left = MountNamespace.makeReadOnly(
      HostBackend(settings).installsOnHost ? [source] : ["/", source],
      except: temporaryFolders(source) + settings.outputFolders.map(\.path)
        + (SigningKey.gnupgHome(settings).map { [$0] } ?? []))
    if !left.isEmpty { warn(unguarded(left)) }
    return showBuildFolder(settings)
  }

  private static func enterNamespace() throws(SystemError) {
    if Environment.isRoot { try MountNamespace.enter() } else { try MountNamespace.enterAsRoot() }
  }

  /// Makes this process root of a user namespace if it may have to read files of other users there: those of an image
  /// that a user has built who is not root.
  package static func seeAllOwners(_ settings: Settings) {
    guard settings.variant != nil, !Environment.isRoot, File.exists(settings.locations.build),
      SubordinateIDs(user: Environment.user) != nil
    else { return }
    // Most of O can be read all the same.
    try? MountNamespace.enterAsRoot()
  }

  /// Shows O at `buildFolder`, unless that would hide something of the build.
  private static func showBuildFolder(_ settings: Settings) -> Bool {
    let folders = ([settings.locations.source] + settings.outputFolders.map(\.path)).compactMap {
      File.resolve($0)
    }
    if folders.contains(where: { $0.isInside(buildFolder) }) { return false }
    try? Directory.create(buildFolder)
    // Another user's link may lead anywhere.
    guard (try? FileStatus(buildFolder))?.kind == .directory else { return false }
    return MountNamespace.bind(settings.locations.build, over: buildFolder)
  }

  /// The folders for temporary files, but for one that is the source tree itself.
  private static func temporaryFolders(_ source: Path) -> [Path] {
    ["/tmp", "/var/tmp"].filter { File.resolve($0) != File.resolve(source) }
  }

  /// The same for a question: only /tmp can be written, and no part of the build that lies there. Portage's folder for
  /// builds for the host is replaced by `scratch`.
  ///
  /// - Returns: false if the system does not allow a mount namespace, or does not let all of that be guarded.
  static func enterToAsk(_ settings: Settings, scratch: Path) -> Bool {
    let locations = settings.locations
    do { try enterNamespace() } catch { return false }
    let left = MountNamespace.makeReadOnly(
      ["/", locations.source, locations.build, locations.images], except: ["/tmp"])
    MountNamespace.bind(scratch, over: HostBackend(settings).portageFolder(locations))
    return left.isEmpty
  }

  /// The same for somebody who looks around: nothing but /tmp can be written. In the place of O/tmp, and over Portage's
  /// databases, is what is forgotten.
  ///
  /// - Parameter scratch: an empty folder, which has to be unmounted in the end.
  /// - Returns: whether commands find O at `buildFolder`, too.
  package static func enterToLook(_ settings: Settings, scratch: Path) throws -> Bool {
    do { try enterNamespace() } catch { throw UserError.noUserNamespace(error) }
    let left = MountNamespace.makeReadOnly(
      ["/", settings.locations.source] + settings.outputFolders.map(\.path), except: ["/tmp"])
    if !left.isEmpty { throw UserError(unguarded(left)) }
    let build = settings.locations.build
    guard MountNamespace.mountMemory(over: scratch) else { throw UserError.noMount(scratch) }
    let cache = build / "tmp/depcache"
    // Without it Portage would generate the metadata of all ebuilds anew.
    if File.exists(cache), let copy = ProgramSearch.find("cp", in: Settings.systemSearchPath) {
      _ = try ProgramOutput.of(copy, ["-a", "\(cache)", "\(scratch)"], environment: [])
    }
    for root: Path in ["host", "sysroot", "rootfs"] {
      try Directory.create(scratch / root)
      // Portage makes a lock before it reads what is installed.
      _ = MountNamespace.divertWrites(to: build / root / "var/db", into: scratch / Path("\(root).db"))
    }
    // So does what Portage fetches files with.
    _ = MountNamespace.divertWrites(to: build / "host/var/lib", into: scratch / "host.lib")
    MountNamespace.bind(scratch, over: settings.locations.build / "tmp")
    return showBuildFolder(settings)
  }

  /// Whether a command that prints this line was refused a write.
  package static func isRefusal(_ line: ArraySlice<UInt8>) -> Bool {
    line.position(of: Array("Read-only file system".utf8)) != nil
  }
}
