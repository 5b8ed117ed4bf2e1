import BuildGraph
import BuildSettings
import Platform
import PortageFiles
import Stamps
import TextKit

/// The variables of the image graph that a variant need not set: their defaults, and those that follow from others.
enum ImageVariables {
  /// The values that hold unless the variant, the environment or the command line sets others.
  static func defaults(_ folders: VariantFolders, _ recorder: ReadRecorder) -> [Settings.Default] {
    [
      Settings.Default(
        name: "BACKEND", value: HostBackend.byDefault(recorder), origin: "the host", isNeutral: true),
      Settings.Default(
        name: "DISTDIR", value: "${O}/distfiles", origin: "default", isNeutral: true, form: .folder),
      Settings.Default(name: "GENTOO_MIRRORS", value: "", origin: "default", isNeutral: true),
      Settings.Default(name: "CACHES", value: "", origin: "default", isNeutral: true, form: .folders),
      Settings.Default(
        name: "REPOSITORY", value: escapingDollars(folders.nearest("repository")), origin: "default",
        isNeutral: true),
      Settings.Default(name: "LOCK", value: "", origin: "default", isNeutral: true),
      Settings.Default(name: "REPOSITORIES", value: "", origin: "default", isNeutral: true),
      Settings.Default(name: "INSTALL_MASK", value: "", origin: "default"),
      Settings.Default(name: "IMAGES", value: "squashfs", origin: "default", isNeutral: true),
      Settings.Default(name: "SQUASHFS_COMPRESSION", value: "zstd", origin: "default"),
      Settings.Default(name: "SQUASHFS_LEVEL", value: "", origin: "default"),
      Settings.Default(name: "QEMU", value: "", origin: "default", isNeutral: true),
      Settings.Default(name: "KERNEL_CMDLINE", value: "", origin: "default", isNeutral: true),
      Settings.Default(name: "ESP_SIZE", value: "64M", origin: "default"),
      Settings.Default(name: "FIRMWARE", value: "", origin: "default", isNeutral: true),
      Settings.Default(name: "EFI_STUB", value: "", origin: "default", isNeutral: true),
      Settings.Default(name: "AUDIT_TOOL", value: "", origin: "default", isNeutral: true),
      Settings.Default(name: SigningKey.variable, value: "", origin: "default", isNeutral: true),
      Settings.Default(name: "BUILDER_ID", value: ProvenanceStatement.builder, origin: "default"),
    ] + KeyPair.defaults + SpreadCompilation.defaults
  }

  /// The folder of the host backends, absolute or relative to the source tree: the source tree's own, or else the one
  /// that was installed with sysbuild.
  static func hosts(_ source: Path, _ recorder: ReadRecorder) throws -> String {
    let installed = (try Environment.executable().parent / "../share/sysbuild/hosts").normalized
    if !recorder.exists(source / "hosts"), recorder.exists(installed), let path = installed.string {
      return path
    }
    return "hosts"
  }

  /// The variables that the host backend sets in its host.conf.
  ///
  /// - Parameter hosts: the folder of the host backends.
  static func host(_ name: String, in hosts: Path, _ source: Path, _ recorder: ReadRecorder) throws -> [Settings
    .Default]
  {
    guard recorder.exists(hosts / name / "host.conf") else {
      let names = ((try? Directory.entries(of: hosts)) ?? []).compactMap(\.name.string).sorted()
      throw UserError.unknownBackend(name, among: names)
    }
    guard HostBackend.System(rawValue: name) != nil else {
      throw UserError.unsupportedBackend(
        name, in: hosts, supported: HostBackend.System.allCases.map(\.rawValue))
    }
    return try Settings.Default.file(hosts / name / "host.conf", in: source, recorder)
  }

  /// Adds the names of the repositories, what repos.conf says of them, and the text of a repos.conf with their absolute
  /// paths. Given to Portage in the environment, this text replaces every other repos.conf, also in the host's
  /// configuration.
  static func derive(
    _ variables: inout Variables, _ folders: VariantFolders, source: Path, _ recorder: ReadRecorder
  ) throws {
    let reader = try SourceReader(sourceTree: source, recorder: recorder)
    let configuration = try reposConf(variables, folders, reader)
    let repositories = try repositories(variables, configuration, reader)
    variables.set(
      "REPOSITORY_NAMES", repositories.all.map(\.name).joined(separator: " "), origin: "REPOSITORIES",
      isNeutral: true)
    variables.set(
      "REPOSITORY_SETTINGS", repositories.settings, origin: configuration.place ?? "repos.conf", isNeutral: true
    )
    variables.set("PORTAGE_REPOSITORIES", repositories.reposConf, origin: "REPOSITORIES", isNeutral: true)
    let commits = SourceCommits(
      source: source, repositories: repositories.all.map { ($0.name, $0.path) }, recorder)
    variables.set(SourceCommits.variable, commits.text, origin: "git")
    if let setting = variables[SigningKey.variable], let key = SigningKey(setting.value, in: source) {
      try key.checkPlace(source: source, origin: setting.origin)
      variables.set(SigningKey.identityVariable, key.identity(recorder), origin: setting.origin)
    }
    try SpreadCompilation.derive(&variables)
  }

  static func repositories(_ settings: Settings) throws -> Repositories {
    let reader = try SourceReader(sourceTree: settings.locations.source, recorder: settings.recorder)
    let configuration = try reposConf(settings.variables, VariantFolders(settings), reader)
    return try repositories(settings.variables, configuration, reader)
  }

  private static func repositories(
    _ variables: Variables, _ configuration: ReposConf, _ reader: SourceReader
  ) throws -> Repositories {
    try Repositories(
      in: repositoryFolders(variables).map { reader.sourceTree / $0 }, configuration: configuration,
      reader: reader)
  }

  /// The repos.conf of the variant's configurations for CHOST.
  private static func reposConf(
    _ variables: Variables, _ folders: VariantFolders, _ reader: SourceReader
  ) throws -> ReposConf {
    let joined = Path(variables["O"]?.value ?? "") / Settings.joinedConfigurations
    let roots = ["bootstrap", "target"].map { folders.configuration($0, joinedIn: joined) }
    for root in roots { try root.mount(in: reader) }
    return try ReposConf(ofRoots: roots.map(\.path), reader: reader)
  }

  /// The folders of the repositories, the main one first, as their variables name them.
  static func repositoryFolders(_ variables: Variables) -> [String] {
    let several = variables["REPOSITORIES"]?.value.split(separator: " ").map(String.init) ?? []
    return several.isEmpty ? [variables["REPOSITORY"]?.value ?? ""] : several
  }
}
