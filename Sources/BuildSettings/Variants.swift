import BuildGraph
package import Platform
package import Stamps
import TextKit

/// The variants of a source tree: the folders of `profiles` that hold a `variant.conf`.
struct Variants {
  private let source: Path
  private let recorder: ReadRecorder

  init(_ source: Path, _ recorder: ReadRecorder) {
    self.source = source
    self.recorder = recorder
  }

  /// The names, sorted.
  func names() throws(SystemError) -> [String] {
    let folder = source / "profiles"
    if !recorder.exists(folder) { return [] }
    return try recorder.entries(of: folder).map(\.name)
      .filter { recorder.exists(folder / $0 / "variant.conf") }.compactMap(\.string).sorted()
  }

  /// The variant that is asked for, or else `demo`, or else the only one.
  func choose(_ given: Settings.Default?) throws -> String {
    let names = try names()
    if let given {
      guard names.contains(given.value) else { throw UserError.unknownVariant(given.value, among: names) }
      return given.value
    }
    if names.contains("demo") { return "demo" }
    guard let only = names.first, names.count == 1 else {
      throw UserError.noVariant(among: names)
    }
    return only
  }

  /// The variables that the `variant.conf` of a variant sets.
  func file(of name: String) throws -> [Settings.Default] {
    try Settings.Default.file(source / "profiles" / name / "variant.conf", in: source, recorder)
  }
}

extension Settings.Default {
  /// The variables of a `NAME=value` file.
  package static func file(_ path: Path, in source: Path, _ recorder: ReadRecorder) throws -> [Self] {
    try VariantFile(path: path, in: source, recorder: recorder).variables.map { entry in
      Self(name: entry.name, value: escapingDollars(entry.value), origin: entry.place)
    }
  }
}
