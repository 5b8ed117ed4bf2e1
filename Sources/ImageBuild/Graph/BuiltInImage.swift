package import BuildGraph
package import BuildSettings
package import Caching
package import Platform
package import Stamps

/// The graph that builds an image, as `BuildSettings` knows it: `ImageVariables` and `ImageGraph` joined.
package struct BuiltInImage: BuiltInGraph {
  private let source: Path
  private let recorder: ReadRecorder

  /// - Parameter source: the source tree.
  package init(_ source: Path, _ recorder: ReadRecorder) {
    self.source = source
    self.recorder = recorder
  }

  /// What a cache keeps together.
  package static func units(_ settings: Settings) -> [SharedUnit] { ImageGraph.units(settings) }

  /// It does not depend on the caller's PATH, so that every build finds the same programs.
  package var searchPath: String { "${O}/toolchain/bin:${O}/host/bin:" + Settings.systemSearchPath }

  package func variables(
    of layers: [String], given: (String) throws -> String?
  ) throws -> [Settings.Default] {
    let backend = try given("BACKEND") ?? HostBackend.byDefault(recorder)
    let hosts = try given("HOSTS") ?? ImageVariables.hosts(source, recorder)
    let folder = Settings.Default(
      name: "HOSTS", value: escapingDollars(hosts), origin: "default", isNeutral: true)
    return try [folder] + ImageVariables.defaults(VariantFolders(layers, in: source, recorder), recorder)
      + ImageVariables.host(backend, in: source / hosts, source, recorder)
  }

  package func addDerived(to variables: inout Variables, of layers: [String]) throws {
    try ImageVariables.derive(
      &variables, VariantFolders(layers, in: source, recorder), source: source, recorder)
  }

  package func sourceFolders(_ variables: Variables) -> [String] {
    [variables["HOSTS"]?.value ?? ""] + ImageVariables.repositoryFolders(variables)
  }

  package func targets(_ settings: Settings) throws -> [Target] {
    try ImageGraph(settings).targets.map(\.declaration)
  }
}
