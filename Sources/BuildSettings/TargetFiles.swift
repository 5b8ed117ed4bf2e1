package import BuildGraph
package import Platform
package import Stamps
import TextKit

/// The targets of a source tree: the built-in graph, unless the tree says `graph = none`, changed by the tree's
/// own targets file and then by those of the variant and of the variants that it builds on, these first.
package struct TargetFiles {
  private let source: Path
  private let own: TargetsFile?
  private let recorder: ReadRecorder

  package init(_ source: Path, _ recorder: ReadRecorder) throws {
    self.source = source
    self.recorder = recorder
    own = try Self.read(source / "targets.conf", name: "targets.conf", recorder)
    if own == nil, !recorder.exists(source / "profiles") { throw UserError.noSourceTree("\(source)") }
  }

  /// Whether the tree says `graph = none`, so that it has no built-in graph.
  package var startsEmpty: Bool { own?.startsEmpty ?? false }
  /// The variables that the tree's own targets file sets.
  package var variables: [Settings.Default] { own?.variables ?? [] }

  package func targets(_ settings: Settings, builtIn: (any BuiltInGraph)?) throws -> [Target] {
    var targets = try builtIn?.targets(settings) ?? []
    if let own { targets = try own.applied(to: targets) }
    for name in Self.names(settings).dropFirst() {
      guard let file = try Self.read(source / name, name: name, recorder) else { continue }
      if file.startsEmpty || !file.variables.isEmpty {
        throw UserError.headerInVariantsFile(name)
      }
      targets = try file.applied(to: targets)
    }
    return targets
  }

  /// The names of the targets files, in the order in which they are applied. They need not be there.
  package static func names(_ settings: Settings) -> [String] {
    ["targets.conf"] + settings.layers.map { "profiles/\($0)/targets.conf" }
  }

  private static func read(_ path: Path, name: String, _ recorder: ReadRecorder) throws -> TargetsFile? {
    do {
      return try TargetsFile(try recorder.content(of: path), name: name)
    } catch let error as SystemError where error.isMissing {
      return nil
    }
  }
}
