import ArtifactKinds
import BuildGraph
import BuildSettings
import Platform
import PortageFiles
import TextKit

/// What the image is built from, in a folder from which it can be built again: the parts of the source tree and of the
/// repositories that count, the downloads, and sysbuild.
struct RebuildFolder {
  static let folder: Path = "rebuild"
  /// The copy of the source tree.
  static let source: Path = folder / "source"
  static let downloads: Path = folder / "distfiles"
  /// The list of the tools of the machine that builds.
  static let tools: Path = folder / "host-tools"
  /// The script that builds the image.
  static let script: Path = folder / "build"

  let settings: Settings
  let graph: Graph
  let root: Path
  private let repositories: Repositories
  private let hosts: String

  init(_ settings: Settings, _ graph: Graph, in root: Path) throws {
    self.settings = settings
    self.graph = graph
    self.root = root
    repositories = try ImageVariables.repositories(settings)
    hosts = settings.variables["HOSTS"]?.value ?? ""
  }

  /// - Parameters:
  ///   - sources: where in the root each source is, by its name.
  ///   - known: the names of all sources of packages, also of those that are not passed on.
  ///   - missing: is told of each thing that is missing, as `MissingItem` has it.
  func write(
    sources: [String: Path], known: Set<String>, _ missing: (String, String, String) -> Void
  ) throws {
    try copyTrees()
    try addDownloads(sources, known, missing)
    // A linker may write to the file.
    try File.write(
      try File.read(try Environment.executable()), to: root / Self.folder / "sysbuild", mode: 0o777)
    for name in ["SHA256SUMS", PackageLock.name] {
      try File.write(try File.read(settings.locations.images / name), to: root / Self.folder / Path(name))
    }
    try File.write(try toolVersions(), to: root / Self.tools)
    try File.write(Array(scriptText.utf8), to: root / Self.script, mode: 0o777)
  }

  // MARK: The source tree

  private static let hostsName = "hosts"

  private func copyTrees() throws {
    let source = File.resolve(settings.locations.source) ?? settings.locations.source
    let folders = repositories.all.map { (repository: $0, path: File.resolve($0.path) ?? $0.path) }
    let backends = File.resolve(source / Path(hosts)) ?? source / Path(hosts)
    let target = root / Self.source
    let places =
      [
        TreeCopy.Place(original: source, copy: target),
        TreeCopy.Place(original: backends, copy: target / Self.hostsName),
      ]
      + folders.map {
        TreeCopy.Place(original: $0.path, copy: target / Self.place(of: $0.path, in: source, $0.repository))
      }
    let outputs = settings.outputFolders.map { File.resolve($0.path) ?? $0.path }
    var copy = TreeCopy(places, skipping: outputs)
    for folder in VariantFolders(settings).existing("overlay") {
      try copy.copy(source / Path(folder), keepingLinks: true)
    }
    for path in try sourcePaths() { try copy.copy(source / path) }
    try copy.copy(backends)
    for (repository, path) in folders {
      for part in try parts(of: repository) { try copy.copy(path / part) }
    }
  }

  /// Where a repository is in the copy of the source tree. One that lies elsewhere gets a place in it.
  private static func place(of path: Path, in source: Path, _ repository: Repository) -> Path {
    path.relative(to: source) ?? "repositories" / repository.name
  }

  /// What of the source tree the image is built from, relative to it: of sets and variants no others.
  private func sourcePaths() throws -> [Path] {
    let source = settings.locations.source
    let sets = (try? Directory.entries(of: source / "sets")) ?? []
    let layers = settings.layers.flatMap { ["profiles" / Path($0), "sets" / Path($0)] }
    let inputs = graph.closure(of: graph.id(of: "image").map { [$0] } ?? []).flatMap { graph[$0].inputs }
      .compactMap { graph[$0] }.filter { !$0.isMade }.compactMap { $0.path?.relative(to: source) }
    return ["targets.conf"] + sets.filter { $0.kind != .directory }.map { "sets" / $0.name } + layers
      + inputs.filter { $0 != "." }
  }

  // MARK: Repositories

  /// What the resolution reads of a repository, and what Portage reads beside that, relative to it.
  private func parts(of repository: Repository) throws -> [Path] {
    guard let asked = RepositoryParts.packages(in: settings.locations.build) else { return ["."] }
    let names = asked.sorted()
    let metadata = (try? Directory.entries(of: repository.path / "metadata")) ?? []
    let unread: [Path] = ["dtd", "glsa", "md5-cache", "news", "xml-schema"]
    return ["eclass", "licenses", "profiles"]
      + metadata.map(\.name).filter { !unread.contains($0) }.map { "metadata" / $0 }
      + names.map { Path($0) } + cached(names, in: repository)
  }

  /// The metadata of these packages that the repository has, without which Portage would generate it anew.
  private func cached(_ packages: [String], in repository: Repository) -> [Path] {
    let folder: Path = "metadata/md5-cache"
    let wanted = Set(packages)
    let categories = Set(packages.compactMap { $0.split(separator: "/").first.map(String.init) }).sorted()
    return categories.flatMap { category -> [Path] in
      let names = ((try? Directory.entries(of: repository.path / folder / category)) ?? []).map(\.name).sorted()
      return names.filter { name in
        PackageVersion(category: category, nameAndVersion: name.bytes[...]).map { wanted.contains($0.package) }
          ?? false
      }.map { folder / category / $0 }
    }
  }

  // MARK: Downloads

  private func addDownloads(
    _ sources: [String: Path], _ known: Set<String>, _ missing: (String, String, String) -> Void
  ) throws {
    let folder = root / Self.downloads
    try Directory.create(folder, intermediates: true)
    for (name, place) in sources {
      try File.symlink((root / place).seen(from: folder), at: folder / name)
    }
    let downloads = Path(settings.variables["DISTDIR"]?.value ?? "")
    var lists = [("packages", "packages for the machine that builds")]
    if graph.id(of: "host-sources") != nil {
      lists += [("portage", "Portage"), ("libraries", "libraries of the toolchain")]
    }
    for (list, title) in lists {
      guard let names = Self.names(in: settings.locations.build / "sources" / Path(list)) else {
        missing(title, "source", "it is not known which these are: 'sysbuild fetch' says why")
        continue
      }
      for name in names where !known.contains(name) && File.exists(downloads / name) {
        if !File.exists(folder / name) { try LegalCollection.place(downloads / name, at: folder / name) }
      }
    }
  }

  /// The names of files that a target of `Downloads` has listed; nil if it did not run.
  static func names(in list: Path) -> [String]? {
    (try? File.read(list)).map { text in
      String(decoding: text, as: UTF8.self).split(whereSeparator: \.isNewline).map(String.init)
    }
  }

  // MARK: Tools

  /// The command that installs what the machine lacks.
  var setup: String {
    let backend = settings.variables["BACKEND"]?.value ?? ""
    let sets = ["sets/host-tools.packages"] + settings.layers.map { "sets/\($0)/host-tools.packages" }
    let files = sets.filter { File.exists(settings.locations.source / Path($0)) }
    return (["\(Self.hostsName)/\(backend)/setup"] + files).map { "\(Self.source)/\($0)" }.joined(
      separator: " ")
  }

  private func toolVersions() throws -> [UInt8] {
    let source = settings.locations.source
    let backend = settings.variables["BACKEND"]?.value ?? ""
    let program = source / Path(hosts) / Path(backend) / "versions"
    let atoms = try PackageSet(
      named: "host-tools", in: source, variants: settings.layers, recorder: settings.recorder
    ).members.map(\.atom.description)
    let text = try ProgramOutput.of(
      program, atoms, environment: ["PATH=\(Settings.systemSearchPath)", "LC_ALL=C.UTF-8"])
    return Array((text ?? "").utf8)
  }

  // MARK: The script

  /// Those of this machine, those that others stand for, and those that change no result.
  private static let left = [
    "BACKEND", "CACHE", "CACHES", "CACHE_KEY", "CACHE_MODE", "CACHE_SIGNERS", "CCACHE", "DISTCC_HOSTS",
    "DISTDIR",
    "GENTOO_MIRRORS", "HOSTS", "IMAGESDIR", "JOBS", "LOCK", "O", "PATH", "REPOSITORIES", "REPOSITORY", "SOURCE",
    "V",
    "VARIANT",
  ]

  /// What somebody gave that is not in the source tree.
  private var assignments: [String] {
    let source = File.resolve(settings.locations.source) ?? settings.locations.source
    let names = settings.variables.names.filter { name in
      let origin = settings.variables[name]?.origin
      return !Self.left.contains(name) && (origin == "command line" || origin == "environment")
    }
    let folders = ImageVariables.repositoryFolders(settings.variables).map { name -> Path in
      let path = (settings.locations.source / Path(name)).normalized
      let repository = repositories.all.first { $0.path == path }
      let real = File.resolve(path) ?? path
      return repository.map { Self.place(of: real, in: source, $0) } ?? Path(name)
    }
    return [
      "VARIANT=\(settings.variant ?? "")", "REPOSITORIES=\(folders.map { "\($0)" }.joined(separator: " "))",
    ]
      + names.map { "\($0)=\(settings.variables[$0]?.value ?? "")" }
  }

  private var scriptText: String {
    """
    #!/bin/sh
    # Builds the image in FOLDER from what lies here, and compares it with the one that this folder was made for. LOCK= allows
    # for changes.
    set -eu

    if [ $# -eq 0 ]; then
        echo "usage: build FOLDER [VAR=value…]" >&2
        exit 1
    fi
    here=$(cd "$(dirname "$0")" && pwd)
    mkdir -p "$1"
    folder=$(cd "$1" && pwd)
    shift
    "$here/sysbuild" -C "$here/source" O="$folder/O" IMAGESDIR="$folder/images" DISTDIR="$here/distfiles" \\
        LOCK="$here/packages.lock" \\
        \(assignments.map { shellQuoted($0) }.joined(separator: " ")) "$@" image
    cd "$folder/images"
    sha256sum --check "$here/SHA256SUMS"

    """
  }
}
