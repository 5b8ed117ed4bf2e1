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

  /// The same for a question: nothing can be written but to /tmp, and there nothing that belongs to the build. What
  /// Portage unpacks for the host is in `scratch`.
  ///
  /// - Returns: false where the system does not let that be seen to.
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

  /// Whether a command that prints this was kept from writing somewhere.
  package static func isRefusal(_ line: ArraySlice<UInt8>) -> Bool {
    line.firstRange(of: Array("Read-only file system".utf8)) != nil
  }

  package static let explanation =
    "a build of an image writes to O, IMAGESDIR, DISTDIR and the folders that the variable CACHES names"

  package static let remedy =
    "an image is built as root, or by a user whom the system lets be root of a user namespace: run sysbuild as root, or "
    + "allow those (sysctl user.max_user_namespaces, kernel.unprivileged_userns_clone or "
    + "kernel.apparmor_restrict_unprivileged_userns, whichever there is; in a container its seccomp profile)"

  /// What may lie outside O and is written all the same.
  private static func writable(_ settings: Settings) -> [(name: String, folder: Path)] {
    func value(_ name: String) -> String { settings.variables[name]?.value ?? "" }
    let source = settings.locations.source
    return [("IMAGESDIR", settings.locations.images), ("DISTDIR", source / value("DISTDIR"))]
      + value("CACHES").split(separator: " ").map { ("CACHES", source / String($0)) }
  }
}
