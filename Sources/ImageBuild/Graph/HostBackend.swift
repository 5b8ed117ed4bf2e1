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
  private let cbuild: String
  private let recorder: ReadRecorder

  init(_ settings: Settings) {
    chost = settings.variables["CHOST"]?.value ?? ""
    cbuild = settings.variables["CBUILD"]?.value ?? ""
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

  /// Where the folders of the packages are that it builds for the host.
  func hostBuilds(_ locations: Locations) -> Path {
    isGentoo ? portageFolder(locations) : portageFolder(locations) / "portage"
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
      : ["download", "fetch", "missing", "packages", "packages.map", "private-apt", "requirements.txt"].map {
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
      : ["tool:gcc", "tool:g++", "tool:ld"] + downloadInputs
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
      + (isGentoo ? ["tree:/usr/src/linux !.git"] : downloadInputs)
  }

  var kernelCommands: [String] {
    ["\(scripts)/kernel-source ${O}/kernel/source \(Self.aptState)"]
  }

  /// systemd's program that starts a kernel from EFI firmware, for the machine of CHOST. Debian has it only for the machine
  /// itself, so that the toolchain brings that of another.
  var bootStub: String {
    func machine(_ system: String) -> Substring { system.prefix { $0 != "-" } }
    let names = ["x86_64": "x64", "aarch64": "aa64"]
    let name = "linux\(names["\(machine(chost))"] ?? "\(machine(chost))").efi.stub"
    return isGentoo || machine(chost) == machine(cbuild)
      ? "/usr/lib/systemd/boot/efi/\(name)" : "${O}/toolchain/efi/\(name)"
  }

  // MARK: Downloads

  /// What the scripts find in their environment. On Gentoo the host's own settings say where its packages are downloaded to.
  var environment: [String] { isGentoo ? [] : [StageEnvironment.downloads] }

  private static let aptState = "${O}/host/var/lib/apt"

  private var downloadInputs: [String] {
    ["download", "fetch", "private-apt"].map { "file:\(scripts)/\($0)" }
  }

  /// Something that the scripts need and that can be downloaded ahead of them.
  struct Download {
    let name: String
    let summary: String
    let inputs: [String]
    /// The files in which the names of what is there are listed.
    let lists: [String]
    let commands: [String]
  }

  /// None where tools are installed on the host itself, and the source of the kernel is.
  var downloads: [Download] { isGentoo ? [] : [ownSources, kernelSources] }

  private var ownSources: Download {
    download(
      "host-sources", "Portage, and the libraries of a foreign CHOST, in DISTDIR",
      ["portage ${O}/host", "libraries ${CHOST}"], inputs: ["file:\(scripts)/requirements.txt"])
  }

  private var kernelSources: Download {
    download("kernel-sources", "The source of the kernel in DISTDIR", ["kernel \(Self.aptState)"])
  }

  private func download(
    _ name: String, _ summary: String, _ parts: [String], inputs: [String] = []
  ) -> Download {
    let lists = parts.map { "${O}/sources/\($0.prefix { $0 != " " })" }
    return Download(
      name: name, summary: summary, inputs: downloadInputs + inputs, lists: lists,
      commands: zip(lists, parts).map { "\(scripts)/download --list \($0) \($1)" })
  }
}
