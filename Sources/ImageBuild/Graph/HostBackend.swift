import BuildGraph
import BuildSettings
import Platform
import Stamps

/// The machine that builds: how it gets Portage, a compiler for CHOST and a kernel's source. The scripts of
/// `hosts/<name>` do it; everything else of the image graph is the same on every machine.
struct HostBackend {
  /// A system that building machines run, by the name of its folder.
  enum System: String, CaseIterable {
    case debian, gentoo
  }

  private let name: String
  private let repositoryPath: String

  init(_ settings: Settings) {
    name = settings.variables["BACKEND"]?.value ?? ""
    repositoryPath = settings.variables["REPOSITORY"]?.value ?? ""
  }

  /// `gentoo` where Gentoo runs, else `debian`.
  static func byDefault(_ witness: Witness) -> String {
    (witness.exists("/etc/gentoo-release") ? System.gentoo : .debian).rawValue
  }

  /// Whether tools, compilers and build dependencies are installed on the host itself, and not in O.
  var installsOnHost: Bool { isGentoo }

  /// Where Portage builds what it builds for the host, whatever a stage's PORTAGE_TMPDIR says.
  func portageFolder(_ locations: Locations) -> Path {
    isGentoo ? "/var/tmp/portage" : locations.build / "host/var/tmp"
  }

  private var scripts: String { "${HOSTS}/\(name)" }
  private var isGentoo: Bool { name == System.gentoo.rawValue }

  /// The ebuilds, as inputs. Portage follows links, wherever they lead. Left out is what comes with each
  /// synchronisation and changes no build: advisories, news, the cache, times.
  var repository: [String] {
    let unread = ["glsa", "md5-cache", "news", "timestamp.chk", "timestamp.commit", "timestamp.x"]
    let tree = "\(repositoryPath) !.git " + unread.map { "!metadata/\($0)" }.joined(separator: " ")
    return ["tree:\(tree)", "links:\(tree)"]
  }

  var hostToolsInputs: [String] {
    isGentoo
      ? ["file:\(scripts)/crossdev", "file:\(scripts)/with-configuration"]
      : ["fetch", "missing", "packages", "packages.map", "private-apt", "requirements.txt"].map {
        "file:\(scripts)/\($0)"
      }
  }

  /// Left out is what Portage itself writes there later, and a link into the source tree.
  var hostToolsOutputs: [String] { ["tree:${O}/host !__pycache__ !etc/portage !tmp !var"] }

  var hostToolsCommands: [String] {
    ["\(scripts)/host-tools ${O}/host ${SOURCE}/profiles/${VARIANT}/host ${set:sets/host-tools.packages}"]
  }

  /// What crossdev has built tells by itself which build it is.
  var toolchainInputs: [String] {
    isGentoo
      ? ["file:\(scripts)/crossdev", "tree:/var/db/pkg/cross-${CHOST}"]
      : ["tool:gcc", "tool:g++", "tool:ld"] + ["private-apt", "unpack-foreign"].map { "file:\(scripts)/\($0)" }
  }

  var toolchainOutputs: [String] { ["tree:${O}/toolchain"] }

  var toolchainCommands: [String] {
    ["\(scripts)/toolchain ${O}/toolchain ${O}/sysroot ${CHOST}"]
  }

  var kernelInputs: [String] {
    ["tool:make"]
      + (isGentoo ? ["tree:/usr/src/linux !.git"] : ["file:\(scripts)/fetch", "file:\(scripts)/private-apt"])
  }

  var kernelCommands: [String] {
    ["\(scripts)/kernel-source ${O}/kernel/source ${O}/host/var/lib/apt"]
  }
}
