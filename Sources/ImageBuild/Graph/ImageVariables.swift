import BuildGraph
import BuildSettings
import Platform
import Stamps
import TextKit

/// The variables of the image graph that a variant need not set: their defaults, and those that follow from others.
enum ImageVariables {
  /// The values that hold unless the variant, the environment or the command line sets others.
  static func defaults(_ recorder: ReadRecorder) -> [Settings.Default] {
    [
      Settings.Default(
        name: "BACKEND", value: HostBackend.byDefault(recorder), origin: "the host", isNeutral: true),
      Settings.Default(
        name: "DISTDIR", value: "${O}/distfiles", origin: "default", isNeutral: true, form: .folder),
      Settings.Default(name: "CACHES", value: "", origin: "default", isNeutral: true, form: .folders),
      Settings.Default(
        name: "REPOSITORY", value: "profiles/${VARIANT}/repository", origin: "default", isNeutral: true),
      Settings.Default(name: "INSTALL_MASK", value: "", origin: "default"),
    ]
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

  /// Adds the name of the repository, and the text of a repos.conf with its absolute path. Given to Portage in the
  /// environment, this text replaces every other repos.conf, also in the host's configuration.
  static func derive(_ variables: inout Variables, source: Path, _ recorder: ReadRecorder) throws {
    let repository = (source / (variables["REPOSITORY"]?.value ?? "")).normalized
    let file = repository / "profiles/repo_name"
    guard let line = try? recorder.content(of: file).split(separator: UInt8(ascii: "\n")).first else {
      throw UserError.noRepository(repository)
    }
    let name = String(decoding: line, as: UTF8.self).trimmed
    variables.set("REPOSITORY_NAME", name, origin: "REPOSITORY", isNeutral: true)
    variables.set(
      "PORTAGE_REPOSITORIES", "[DEFAULT]\nmain-repo = \(name)\n[\(name)]\nlocation = \(repository)\n",
      origin: "REPOSITORY", isNeutral: true)
  }
}
