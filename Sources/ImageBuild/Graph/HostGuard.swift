import BuildGraph
package import BuildSettings
import Platform
import Stamps
import TextKit

/// Keeps the commands of an image's build from changing the source tree, in which they run, and the building machine,
/// even if a script or an ebuild has a mistake. They can write only to the folders of the build.
///
/// If sysbuild does not run as root, it also makes the commands root of a user namespace, because Portage sets the
/// owners of files.
package enum HostGuard {
  /// Moves this process and its commands to a mount namespace of their own. It does nothing for a source tree with
  /// `graph = none`, whose commands may write beside their sources.
  package static func enter(_ settings: Settings) throws {
    guard settings.variant != nil else { return }
    let locations = settings.locations
    let places = writable(settings)
    for (name, folder) in places {
      do {
        try Directory.create(folder, intermediates: true)
      } catch {
        throw UserError("\(name) is '\(folder)', which cannot be used: \(error): name another folder")
      }
    }
    if Environment.user != 0 {
      do { try MountNamespace.enterAsRoot() } catch { throw UserError("\(error): \(remedy)") }
    } else if (try? MountNamespace.enter()) == nil {
      return
    }
    MountNamespace.makeReadOnly(
      HostBackend(settings).installsOnHost ? [locations.source] : ["/", locations.source],
      except: [locations.build, "/tmp", "/var/tmp"] + places.map(\.folder))
  }

  /// The same for a question: only /tmp can be written, and no part of the build that lies there. Portage's folder for
  /// builds for the host is replaced by `scratch`.
  ///
  /// - Returns: false if the system does not allow a mount namespace.
  static func enterToAsk(_ settings: Settings, scratch: Path) -> Bool {
    let locations = settings.locations
    do {
      if Environment.user != 0 { try MountNamespace.enterAsRoot() } else { try MountNamespace.enter() }
    } catch {
      return false
    }
    MountNamespace.makeReadOnly(["/", locations.source, locations.build, locations.images], except: ["/tmp"])
    MountNamespace.bind(scratch, over: HostBackend(settings).portageFolder(locations))
    return true
  }

  /// Whether a command that prints this line was refused a write.
  package static func isRefusal(_ line: ArraySlice<UInt8>) -> Bool {
    line.firstRange(of: Array("Read-only file system".utf8)) != nil
  }

  package static let explanation =
    "a build of an image writes to O, IMAGESDIR, DISTDIR and the folders that the variable CACHES names"

  package static let remedy =
    "an image is built as root, or by a user whom the system lets be root of a user namespace: run sysbuild as root, or "
    + "allow those (sysctl user.max_user_namespaces, kernel.unprivileged_userns_clone or "
    + "kernel.apparmor_restrict_unprivileged_userns, whichever there is; in a container its seccomp profile)"

  /// The folders, perhaps outside O, that can be written in addition to O.
  private static func writable(_ settings: Settings) -> [(name: String, folder: Path)] {
    func value(_ name: String) -> String { settings.variables[name]?.value ?? "" }
    let source = settings.locations.source
    return [("IMAGESDIR", settings.locations.images), ("DISTDIR", source / value("DISTDIR"))]
      + value("CACHES").split(separator: " ").map { ("CACHES", source / String($0)) }
  }
}
