package import BuildGraph
package import Platform
import PortageFiles
package import Stamps
import TextKit

/// The locations and variables of a build. The value of a variable comes from the command line, the
/// environment, the files of the source tree or the defaults, whichever comes first and sets it.
package struct Settings {
  /// A variable with a value from one source.
  package struct Default {
    package let name: String
    /// A template over the variables before it.
    package let value: String
    /// The source of the value: `file:line`, or a phrase such as `default`.
    package let origin: String
    /// Whether the value affects no result; stamps do not record it unless a target declares it.
    package var isNeutral = false
    package var form = Form.text

    package enum Form {
      case text
      /// A folder that the build writes to; a relative path starts at the source tree.
      case folder
      /// Such folders, separated by blanks.
      case folders
      /// Such a folder, or empty.
      case folderOrNone
      /// Such a folder, or a URL, or empty.
      case folderOrURL
    }

    package init(
      name: String, value: String, origin: String, isNeutral: Bool = false, form: Form = .text
    ) {
      self.name = name
      self.value = value
      self.origin = origin
      self.isNeutral = isNeutral
      self.form = form
    }
  }

  package let locations: Locations
  package let variables: Variables
  /// O, IMAGESDIR and the other folders that the build writes to.
  package let outputFolders: [OutputFolder]
  /// The variant, after those that it builds on: each builds on the one before it. Empty if the source tree has a graph
  /// of its own (`graph = none`).
  package let layers: [String]
  private let resolver: VariableResolver
  /// Reads everything that a plan depends on, and records it.
  package let recorder: ReadRecorder

  /// - Parameters:
  ///   - assignments: the assignments on the command line.
  ///   - jobs: the value of JOBS unless the command line gives another.
  ///   - source: the source tree, absolute; relative paths on the command line start there.
  ///   - builtIn: the graph of a variant; nil if the source tree has a graph of its own.
  ///   - fileDefaults: the variables that a targets file sets before its first section.
  package init(
    assignments: [Assignment], jobs: Int, source: Path, builtIn: (any BuiltInGraph)?, fileDefaults: [Default],
    recorder: ReadRecorder = ReadRecorder()
  ) throws {
    self.recorder = recorder
    guard let place = source.string else {
      throw UserError.sourceNotUTF8(source)
    }
    if assignments.contains(where: { $0.name == "SOURCE" }) {
      throw UserError.sourceAssigned
    }
    var resolver = VariableResolver(assignments: assignments, source: source, recorder: recorder)
    resolver.fix("JOBS", "\(jobs)", origin: "the processors")
    resolver.fix("SOURCE", escapingDollars(place), origin: "the source tree")
    let variants = Variants(source, recorder)
    let variant = builtIn == nil ? nil : try variants.choose(resolver.given("VARIANT"))
    let layers = try variant.map { try variants.layers(of: $0) } ?? Variants.Layers()
    self.layers = layers.names
    let named = layers.variables.map { Default($0) } + fileDefaults
    try Self.check(named)
    for folder in Self.folders {
      try resolver.add(folder)
      if let entry = named.last(where: { $0.name == folder.name }) { try resolver.add(entry) }
    }
    for entry in Self.ofEveryBuild {
      try resolver.add(entry)
      if let own = named.last(where: { $0.name == entry.name }) { try resolver.add(own) }
    }
    if let variant {
      try resolver.add(Default(name: "VARIANT", value: variant, origin: "default", isNeutral: true))
      for entry in try builtIn?.variables(of: layers.names, given: { try resolver.given($0)?.value }) ?? [] {
        try resolver.add(entry)
      }
    }
    let before = Self.folders + Self.ofEveryBuild
    for entry in named where !before.contains(where: { $0.name == entry.name }) {
      try resolver.add(entry)
    }
    resolver.fix("PATH", builtIn?.searchPath ?? Self.callersSearchPath(recorder), origin: "default")
    try resolver.checkAssignments()
    self.resolver = resolver
    var variables = try resolver.expanded()
    try builtIn?.addDerived(to: &variables, of: layers.names)
    self.variables = variables
    locations = Locations(
      source: source, build: Path(variables["O"]?.value ?? ""),
      images: Path(variables["IMAGESDIR"]?.value ?? ""))
    outputFolders = resolver.outputFolders(variables)
    let sources = ["hosts", "profiles", "sets"] + (builtIn?.sourceFolders(variables) ?? [])
    let reader = try SourceReader(sourceTree: source, recorder: recorder)
    for folder in outputFolders {
      try folder.check(source: source, sources: sources.map { source / $0 }, reader)
    }
  }

  /// The variables as commands see them that find O at another path.
  package func variables(findingBuildAt folder: Path) throws -> Variables {
    var seen = try resolver.expanded(replacing: ["O": "\(folder)"])
    for name in variables.names where seen[name] == nil {
      guard let derived = variables[name] else { continue }
      seen.set(name, derived.value, origin: derived.origin, isNeutral: derived.isNeutral)
    }
    return seen
  }

  /// Nil if the source tree has a graph of its own (`graph = none`).
  package var variant: String? { layers.last }

  /// The variables that are folders, with their defaults.
  private static let folders = [
    Default(name: "O", value: "${SOURCE}/out", origin: "default", form: .folder),
    Default(name: "IMAGESDIR", value: "${O}/images", origin: "default", form: .folder),
  ]

  /// The variables that every graph has and that change no result.
  private static let ofEveryBuild =
    [Default(name: "CACHE", value: "", origin: "default", isNeutral: true, form: .folderOrURL)]
    + [("CACHE_MODE", "read-write"), ("CACHE_KEY", ""), ("CACHE_SIGNERS", ""), ("V", "0")].map {
      Default(name: $0.0, value: $0.1, origin: "default", isNeutral: true)
    }

  /// Rejects variables that a file must not set because something else sets them.
  private static func check(_ named: [Default]) throws(UserError) {
    let owners = [
      "SOURCE": "it is the source tree itself", "JOBS": "-j sets it",
      "VARIANT": "the command line or the environment sets it",
      "PATH": "set it in the 'environment' of a target, or on the command line",
    ]
    for entry in named {
      guard let owner = owners[entry.name] else { continue }
      throw .notSettableHere(entry, owner: owner)
    }
  }

  package static let systemSearchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

  /// The PATH for a source tree with a graph of its own: that of the caller, so that commands find the programs
  /// that the user has.
  private static func callersSearchPath(_ recorder: ReadRecorder) -> String {
    recorder.variable("PATH").map { escapingDollars(String(decoding: $0, as: UTF8.self)) } ?? systemSearchPath
  }
}

/// Returns `value` with every `$` doubled, so that a template expands to `value` unchanged.
package func escapingDollars(_ value: String) -> String {
  if !value.utf8.contains(UInt8(ascii: "$")) { return value }
  return value.split(separator: "$", omittingEmptySubsequences: false).joined(separator: "$$")
}
