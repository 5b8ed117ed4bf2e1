public import Platform
import Stamps

/// A configuration root that is made of several, each on top of the one before it: a folder of links in which Portage
/// reads their files.
///
/// A name that only one of them has is linked as a whole. Of a name that several have,
/// - what Portage reads line by line, such as package.use, becomes a folder in which those of all stand in their order;
/// - make.conf and bashrc become a file that sources those of all in their order;
/// - other folders, such as env and patches, are joined by the same rules;
/// - of anything else, such as make.profile or a patch, the last counts.
public struct ConfigurationLayers: Hashable, Sendable {
  /// Where Portage reads it.
  public let path: Path
  /// The roots that it is made of; only one if that is `path` itself.
  public let roots: [Path]

  public init(path: Path, roots: [Path]) {
    self.path = path
    self.roots = roots
  }

  /// A root that stands for itself.
  public init(_ root: Path) { self.init(path: root, roots: [root]) }

  /// Whether it is a folder of links.
  public var isJoined: Bool { roots != [path] }

  /// Has `reader` read the folder of links, if there is one, whatever lies at `path`.
  public func mount(in reader: SourceReader) throws {
    if let links = try links(reader) { reader.mount(links, at: path) }
  }

  /// The folder of links; nil if there is none, because there is only one root.
  public func links(_ reader: SourceReader) throws -> LinkFolder? {
    guard isJoined else { return nil }
    let width = "\(roots.count)".count
    let layers = roots.enumerated().map { index, root in
      let number = "\(index + 1)"
      let zeros = String(repeating: "0", count: width - number.count)
      return Joining.Layer(place: root, mark: Path("\(zeros)\(number)-\(root.parent.lastComponent)"))
    }
    return try Joining(reader: reader).folder(of: layers, below: [])
  }
}

private struct Joining {
  /// A file or folder of one root.
  struct Layer {
    let place: Path
    /// The name of the root's part in a folder that is read in the order of its names.
    let mark: Path
  }

  let reader: SourceReader

  /// The folder that stands for these folders, at least one.
  ///
  /// - Parameter names: the names on the way from the root.
  func folder(of layers: [Layer], below names: [Path]) throws -> LinkFolder {
    let joined = LinkFolder(origin: layers[layers.count - 1].place)
    let found = try layers.map { try reader.names(in: $0.place) }
    for name in Set(found.joined()).sorted() {
      let parts = zip(layers, found).filter { $0.1.contains(name) }.map { layer, _ in
        Layer(place: layer.place / name, mark: layer.mark)
      }
      joined.add(try entry(for: parts, at: names + [name]), as: name)
    }
    return joined
  }

  private func entry(for layers: [Layer], at names: [Path]) throws -> LinkFolder.Entry {
    let last = layers[layers.count - 1].place
    if layers.count == 1 { return .link(last) }
    if Self.isSourced(names) { return .sources(try layers.flatMap { try files(at: $0.place) }) }
    if Self.isReadInOrder(names) {
      let joined = LinkFolder(origin: last)
      for layer in layers { joined.add(.link(layer.place), as: layer.mark) }
      return .folder(joined)
    }
    let areFolders = try layers.allSatisfy { try reader.kind(of: $0.place) == .directory }
    if !areFolders || names.last == "make.profile" { return .link(last) }
    return .folder(try folder(of: layers, below: names))
  }

  /// The file, or the files of the folder in the order in which Portage reads them.
  private func files(at place: Path) throws -> [Path] {
    switch try reader.kind(of: place) {
    case nil: []
    case .directory:
      try reader.names(in: place).filter { !ConfigurationSyntax.variables(sourcing: true).skips($0) }
        .flatMap { try files(at: place / $0) }
    default: [place]
    }
  }

  private static let configuration: [Path] = ["etc", "portage"]

  private static func isSourced(_ names: [Path]) -> Bool {
    [["make.conf"], ["bashrc"], ["profile", "profile.bashrc"]].contains { names == configuration + $0 }
  }

  private static func isReadInOrder(_ names: [Path]) -> Bool {
    guard names.starts(with: configuration), let name = names.last else { return false }
    switch names.count {
    case 3: return ConfigurationSyntax.mayBeFolder(inConfiguration: name)
    case 4: return names[2] == "profile" && ConfigurationSyntax.mayBeFolder(inProfile: name)
    default: return false
    }
  }
}
