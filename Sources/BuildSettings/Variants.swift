import BuildGraph
package import Platform
import PortageFiles
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

  /// A variant and those that it builds on.
  struct Layers {
    /// Each builds on the one before it.
    var names: [String] = []
    /// What their files set. Of two of one name the later holds.
    var variables: [VariantFile.Variable] = []
  }

  /// - Throws: `SourceError` with the line of a BASE that is no variant, or leads back to a variant before it.
  func layers(of name: String) throws -> Layers {
    let names = try names()
    let reader = try SourceReader(sourceTree: source, recorder: recorder)
    var layers = Layers(names: [name])
    var files: [(name: String, bytes: [UInt8])] = []
    while let variant = layers.names.first {
      let path = source / "profiles" / variant / "variant.conf"
      let file = (name: reader.name(of: path), bytes: try reader.contents(of: path) ?? [])
      files.insert(file, at: 0)
      guard let base = try VariantFile.base(in: file.bytes, file: file.name) else { break }
      if layers.names.contains(base.value) {
        throw SourceError.baseCircle(base, through: layers.names.reversed())
      }
      guard names.contains(base.value) else { throw SourceError.unknownBase(base, among: names) }
      guard base.value.utf8.allSatisfy(Self.isNameByte) else { throw SourceError.badBaseName(base) }
      layers.names.insert(base.value, at: 0)
    }
    for file in files {
      layers.variables += try VariantFile(file.bytes, file: file.name, inheriting: layers.variables)
        .variables.filter { $0.name != VariantFile.base }
    }
    return layers
  }

  /// The names of what a variant builds on are words of commands and parts of lists.
  private static func isNameByte(_ byte: UInt8) -> Bool {
    byte.isLetter || byte.isDigit || "+-._".utf8.contains(byte)
  }
}

extension Settings.Default {
  /// The variables of a `NAME=value` file.
  package static func file(_ path: Path, in source: Path, _ recorder: ReadRecorder) throws -> [Self] {
    try VariantFile(path: path, in: source, recorder: recorder).variables.map { Self($0) }
  }

  init(_ variable: VariantFile.Variable) {
    self.init(name: variable.name, value: escapingDollars(variable.value), origin: variable.place)
  }
}
