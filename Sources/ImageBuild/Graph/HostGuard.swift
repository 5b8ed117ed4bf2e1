import BuildGraph
package import BuildSettings
import Platform
import Stamps
import TextKit

/// Sees to it that the commands of an image's build change nothing but what they are to make, whatever a slip in one
/// of their scripts or ebuilds asks for: not the source tree, in which they run, and not the machine that builds.
///
/// It also lets them be root where sysbuild is not: Portage installs files, and files have owners.
package enum HostGuard {
  /// Moves this process and its commands to a mount namespace of their own. A graph of one's own is left alone: a
  /// general make may well write beside its sources.
  ///
  /// - Parameter warn: is told what could not be guarded, at most once.
  package static func enter(_ settings: Settings, warn: (String) -> Void) throws {
    guard settings.variant != nil else { return }
    for folder in settings.outputFolders {
      do {
        try Directory.create(folder.path, intermediates: true)
      } catch {
        throw UserError.unusable(folder.name, folder.path, error)
      }
    }
    if Environment.user != 0 {
      do { try MountNamespace.enterAsRoot() } catch { throw UserError.noUserNamespace(error) }
    } else {
      do { try MountNamespace.enter() } catch { return warn(noGuard(error)) }
    }
    let source = settings.locations.source
    let left = MountNamespace.makeReadOnly(
      HostBackend(settings).installsOnHost ? [source] : ["/", source],
      except: temporaryFolders(source) + settings.outputFolders.map(\.path))
    if !left.isEmpty { warn(unguarded(left)) }
  }

  /// The folders for temporary files, but for one that is the source tree itself.
  private static func temporaryFolders(_ source: Path) -> [Path] {
    ["/tmp", "/var/tmp"].filter { File.resolve($0) != File.resolve(source) }
  }

  /// The same for a question: nothing can be written but to /tmp, and there nothing that belongs to the build. What
  /// Portage unpacks for the host is in `scratch`.
  ///
  /// - Returns: false if the system does not let all of that be guarded.
  static func enterToAsk(_ settings: Settings, scratch: Path) -> Bool {
    let locations = settings.locations
    do {
      if Environment.user != 0 { try MountNamespace.enterAsRoot() } else { try MountNamespace.enter() }
    } catch {
      return false
    }
    let left = MountNamespace.makeReadOnly(
      ["/", locations.source, locations.build, locations.images], except: ["/tmp"])
    MountNamespace.bind(scratch, over: HostBackend(settings).portageFolder(locations))
    return left.isEmpty
  }

  /// Whether a command that prints this was kept from writing somewhere.
  package static func isRefusal(_ line: ArraySlice<UInt8>) -> Bool {
    line.firstRange(of: Array("Read-only file system".utf8)) != nil
  }
}
