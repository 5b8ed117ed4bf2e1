import BuildGraph
import BuildSettings
import Platform
import Stamps

/// The part of the image graph that depends on the building machine: how it gets Portage, a compiler for CHOST and the
/// source of a kernel. The scripts of `hosts/<name>` do the work.
struct HostBackend {
  /// A system that building machines run, by the name of its folder.
  enum System: String, CaseIterable {
    case debian, gentoo
  }

  private let name: String
  private let repositoryNames: [Substring]
  private let chost: String
  private let recorder: ReadRecorder

  init(_ settings: Settings) {
    chost = settings.variables["CHOST"]?.value ?? ""
    recorder = settings.recorder
    name = settings.variables["BACKEND"]?.value ?? ""
    repositoryNames = settings.variables["REPOSITORY_NAMES"]?.value.split(separator: " ") ?? []
  }

  /// `gentoo` on Gentoo, otherwise `debian`.
  static func byDefault(_ recorder: ReadRecorder) -> String {
    (recorder.exists("/etc/gentoo-release") ? System.gentoo : .debian).rawValue
  }

  /// Whether tools, compilers and build dependencies are installed on the host itself, and not in O.
  var installsOnHost: Bool { isGentoo }

  /// The folder in which Portage builds packages for the host, whatever a stage's PORTAGE_TMPDIR is.
  func portageFolder(_ locations: Locations) -> Path {
    isGentoo ? "/var/tmp/portage" : locations.build / "host/var/tmp"
  }

  private var scripts: String { "${HOSTS}/\(name)" }
  private var isGentoo: Bool { name == System.gentoo.rawValue }

  /// The ebuild repositories, their order and their settings as inputs.
  var repositories: [String] {
    repositoryNames.map { "repository:\($0)" }
      + ["value:REPOSITORY_NAMES", "value:REPOSITORY_SETTINGS"]
  }

  var hostToolsInputs: [String] {
    isGentoo
      ? ["value:SOURCE", "file:\(scripts)/crossdev", "file:\(scripts)/with-configuration"]
      : ["fetch", "missing", "packages", "packages.map", "private-apt", "requirements.txt"].map {
        "file:\(scripts)/\($0)"
      }
  }

  /// Left out are the paths that Portage itself and packages for the host write later, and a link into the source tree.
  var hostToolsOutputs: [String] { ["tree:${O}/host !__pycache__ !etc !opt !tmp !usr !var"] }

  /// - Parameter configuration: the configuration root for the host.
  func hostToolsCommands(_ configuration: String) -> [String] {
    ["\(scripts)/host-tools ${O}/host \(configuration) ${set:sets/host-tools.packages}"]
  }

  /// What fails on a machine that lacks what the target installs outside O.
  var hostToolsCheck: String { "\(scripts)/host-tools --check ${set:sets/host-tools.packages}" }

  /// The database of the packages that crossdev has built identifies each build.
  var toolchainInputs: [String] {
    isGentoo
      ? ["file:\(scripts)/crossdev", "tree:/var/db/pkg/cross-${CHOST}"]
      : ["tool:gcc", "tool:g++", "tool:ld"] + ["private-apt", "unpack-foreign"].map { "file:\(scripts)/\($0)" }
        + compilerParts.map { "file:\($0)" }
  }

  /// The programs behind Debian's compilers for CHOST, and its C library: gcc itself stays the same when these change.
  private var compilerParts: [Path] {
    let machine = Path("\(chost.prefix { $0 != "-" })-linux-gnu")
    let folders = (["/usr/lib/gcc", "/usr/lib/gcc-cross"] as [Path]).map { $0 / machine }.flatMap { folder in
      ((try? recorder.entries(of: folder)) ?? []).map { folder / $0.name }.sorted()
    }
    let programs = folders.flatMap { folder in
      (["cc1", "cc1plus", "collect2", "libgcc.a"] as [Path]).map { folder / $0 }
    }
    let libraries = (["/usr/lib" / machine, "/usr" / machine / "lib"] as [Path]).flatMap { folder in
      (["libc.so.6", "libc.a"] as [Path]).map { folder / $0 }
    }
    let binutils = ["as", "ld"].map { Path("/usr/bin/\(machine)-\($0)") }
    return (programs + libraries + binutils).filter(recorder.exists)
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
