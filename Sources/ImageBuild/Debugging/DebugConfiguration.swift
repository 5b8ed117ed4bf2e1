import BuildGraph
package import BuildSettings
import Platform
import PortageFiles
package import Stamps
import TextKit

/// What the configuration `target` of a variant has to have packages built for a debugger: lines of package.env that give
/// them the file `env/debug`, and of package.use that give them the flag `debug`.
///
/// A line of its own is one that has an atom and the word `debug`, and nothing else.
package struct DebugConfiguration {
  /// A package with the line that has it debugged.
  package struct Debugged {
    package let atom: String
    package let place: SourcePlace
  }

  /// A file of the source tree that is to become another.
  package struct Edit {
    /// Relative to the source tree.
    package let name: String
    /// Nil if it is to be removed.
    package let text: String?
  }

  private static let word = "debug"

  private static let environment = """
    # How packages are built for a debugger. 'sysbuild debug' names them in package.env; what is changed here stays.
    CFLAGS="${CFLAGS} -Og -ggdb"
    CXXFLAGS="${CXXFLAGS} -Og -ggdb"
    # Debug files and sources are in the binary packages, and not in the image.
    FEATURES="splitdebug installsources"

    """

  private let source: Path
  /// The folders `etc/portage` of the variant, and of those that it builds on, in the order of the layers; relative to
  /// the source tree.
  private let folders: [String]
  private var own: String { folders.last ?? "" }

  package init(_ settings: Settings) {
    source = settings.locations.source
    folders = settings.layers.map { "profiles/\($0)/target/etc/portage" }
  }

  // MARK: What is there

  /// The packages that are debugged, in the order of the layers.
  package func debugged() throws -> [Debugged] { try folders.flatMap { try debugged(in: $0) } }

  private func debugged(in folder: String) throws -> [Debugged] {
    try files(folder + "/package.env").flatMap { file in
      try lines(of: file).enumerated().compactMap { number, line in
        let words = Self.words(of: line)
        guard words.dropFirst().contains(Self.word) else { return nil }
        return Debugged(atom: words[0], place: SourcePlace(file, line: number + 1))
      }
    }
  }

  // MARK: What would be

  /// The files that change to have packages debugged.
  ///
  package func adding(_ packages: [DebuggedPackage]) throws -> [Edit] {
    let known = Set(try debugged().map(\.atom))
    let new = packages.filter { !known.contains($0.id.package) }
    if new.isEmpty { return [] }
    let file = Self.word
    let isThere = folders.contains { File.exists(source / Path("\($0)/env/\(file)")) }
    return try (isThere ? [] : [Edit(name: "\(own)/env/\(file)", text: Self.environment)])
      + [("package.env", new), ("package.use", new.filter(\.hasFlag))].compactMap { name, packages in
        try adding(packages.map { "\($0.id.package) \(Self.word)" }, to: "\(own)/\(name)")
      }
  }

  /// - Parameter name: that of a file, or of a folder in which the lines get a file of their own.
  private func adding(_ lines: [String], to name: String) throws -> Edit? {
    let isFile = File.exists(source / Path(name)) && !File.isDirectory(source / Path(name))
    let file = isFile ? name : "\(name)/\(Self.word)"
    let old = File.exists(source / Path(file)) ? try self.lines(of: file) : []
    let new = lines.filter { !old.contains($0) }
    return new.isEmpty ? nil : Edit(name: file, text: Self.text(old + new))
  }

  /// The files that change to have packages debugged no more.
  ///
  /// - Parameter atoms: `category/name`; nil for all of the variant.
  package func removing(_ atoms: [String]?) throws -> [Edit] {
    let own = try debugged(in: self.own).map(\.atom)
    let gone = Set(atoms ?? own)
    if let atom = gone.first(where: { !own.contains($0) }) {
      throw UserError.notDebugged(atom, by: try debugged().first { $0.atom == atom }?.place, among: own)
    }
    var edits = try ["package.env", "package.use"].flatMap { try files("\(self.own)/\($0)") }.compactMap {
      file in
      let old = try lines(of: file)
      let new = old.filter { line in
        let words = Self.words(of: line)
        return !(words.count == 2 && words[1] == Self.word && gone.contains(words[0]))
      }
      return new == old ? nil : Edit(name: file, text: new.isEmpty ? nil : Self.text(new))
    }
    let file = "\(self.own)/env/\(Self.word)"
    if gone == Set(own), File.exists(source / Path(file)), try lines(of: file) == Self.lines(Self.environment) {
      edits.append(Edit(name: file, text: nil))
    }
    return edits
  }

  // MARK: Files

  /// The files of an entry of `etc/portage`, which may be a file or a folder.
  private func files(_ name: String) throws -> [String] {
    guard File.isDirectory(source / Path(name)) else {
      return File.exists(source / Path(name)) ? [name] : []
    }
    return try Directory.entries(of: source / Path(name)).map(\.name).sorted()
      .filter { !$0.isHidden && $0.bytes.last != UInt8(ascii: "~") }
      .flatMap { try files("\(name)/\($0)") }
  }

  private func lines(of name: String) throws -> [String] {
    Self.lines(String(decoding: try File.read(source / Path(name)), as: UTF8.self))
  }

  private static func lines(_ text: String) -> [String] {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    return lines.last == "" ? lines.dropLast() : lines
  }

  private static func text(_ lines: [String]) -> String { lines.map { $0 + "\n" }.joined() }

  private static func words(of line: String) -> [String] {
    line.split { $0 == " " || $0 == "\t" }.map(String.init).prefix { !$0.hasPrefix("#") }.map { $0 }
  }
}

extension UserError {
  fileprivate static func notDebugged(_ atom: String, by place: SourcePlace?, among atoms: [String]) -> Self {
    if let place { return Self("\(place): this line has '\(atom)' debugged, which the variant builds on") }
    return Self("'\(atom)' is not debugged\(didYouMean(atom, among: atoms))")
  }
}
