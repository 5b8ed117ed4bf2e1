internal import BuildGraph
internal import Platform

/// Where a build takes place and what its variables are, after the command line, the environment, the
/// variant's file and the defaults were asked, in this order.
struct Settings {
  /// A variable that somebody names, and the value it has there.
  struct Default {
    let name: String
    /// A template over the variables before it.
    let value: String
    let origin: String
    var isNeutral = false
  }

  let locations: Locations
  let variables: Variables
  /// Nil where the source tree has a graph of its own (`graph = none`).
  let variant: String?

  /// - Parameters:
  ///   - source: the source tree, absolute; relative paths of the command line start there.
  ///   - hasImageGraph: whether the built-in graph, and so a variant, is in use.
  ///   - fileDefaults: the variables that a targets file sets ahead of its sections.
  init(
    _ invocation: Invocation, source: Path, hasImageGraph: Bool, fileDefaults: [Default]
  ) throws {
    var resolver = VariableResolver(assignments: invocation.variables)
    resolver.fix("JOBS", "\(invocation.jobs ?? processorCount)", origin: "the processors")
    resolver.fix("SOURCE", escapingDollars("\(source)"), origin: "the source tree")
    resolver.add(Default(name: "O", value: "${SOURCE}/out", origin: "default"), pathFrom: source)
    resolver.add(Default(name: "IMAGESDIR", value: "${O}/images", origin: "default"), pathFrom: source)
    resolver.add(Default(name: "V", value: "0", origin: "default", isNeutral: true))
    variant = hasImageGraph ? try Variants(source).choose(resolver.given("VARIANT")) : nil
    if let variant {
      resolver.add(Default(name: "VARIANT", value: variant, origin: "default", isNeutral: true))
      let backend = resolver.given("BACKEND")?.value ?? HostBackend.byDefault
      let entries =
        try ImageVariables.defaults + ImageVariables.host(backend, source) + Variants(source).file(of: variant)
      for entry in entries { resolver.add(entry) }
    }
    for entry in fileDefaults { resolver.add(entry) }
    resolver.fix("PATH", Self.searchPath(hasImageGraph: hasImageGraph), origin: "default")
    try resolver.checkAssignments()
    var variables = try resolver.expanded()
    if hasImageGraph { try ImageVariables.derive(&variables, source: source) }
    self.variables = variables
    locations = Locations(
      source: source, build: Path(variables["O"]?.value ?? ""),
      images: Path(variables["IMAGESDIR"]?.value ?? ""))
    try Self.check(locations)
  }

  /// A build of an image finds the same programs whoever starts it; a graph of one's own those of the user.
  private static func searchPath(hasImageGraph: Bool) -> String {
    let system = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    if hasImageGraph { return "${O}/toolchain/bin:${O}/host/bin:" + system }
    return Environment.value("PATH").map { escapingDollars(String(decoding: $0, as: UTF8.self)) } ?? system
  }

  /// O must neither hold the sources nor lie among them: it is written to and cleaned.
  private static func check(_ locations: Locations) throws(UserError) {
    for folder in ["profiles", "sets"] {
      let sources = locations.source / folder
      for (name, place) in [("O", locations.build), ("IMAGESDIR", locations.images)] {
        if place.isInside(sources) {
          throw UserError(
            "\(name) is '\(place)', which lies in '\(folder)' of the source tree: choose a folder outside")
        }
        if sources.isInside(place) {
          throw UserError(
            "\(name) is '\(place)', which contains '\(folder)' of the source tree: choose a folder of its own, as in \(name)=out"
          )
        }
      }
    }
  }
}

/// `value` so that a template takes it as it stands.
func escapingDollars(_ value: String) -> String {
  if !value.utf8.contains(UInt8(ascii: "$")) { return value }
  return value.split(separator: "$", omittingEmptySubsequences: false).joined(separator: "$$")
}
