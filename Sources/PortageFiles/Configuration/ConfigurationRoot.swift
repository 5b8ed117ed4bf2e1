public import Platform
public import Stamps

/// A folder that holds `etc/portage/`, with the profiles that its `make.profile` reaches: what Portage would
/// read of it, entry by entry, so that two listings differ where a build could.
///
/// It knows no package and no repository beyond its profiles: a repository's own files (ebuilds, eclasses,
/// profiles/package.mask, …) are an input of their own. Keys begin with the folder's own name, so that
/// `profiles/demo/target` and a copy of it elsewhere have one digest; places are paths as a user writes them.
public struct ConfigurationRoot {
  public let path: Path
  public let sourceTree: Path
  /// The repositories' folders by name, for `REPOSITORY:PROFILE` in parent files.
  public let repositories: [String: Path]
  public var witness = Witness()

  public init(path: Path, sourceTree: Path, repositories: [String: Path], witness: Witness = Witness()) {
    self.path = path
    self.sourceTree = sourceTree
    self.repositories = repositories
    self.witness = witness
  }

  /// What one reading of a root finds.
  public struct Reading {
    public let listing: Listing
    /// The profiles' folders in Portage's order, `etc/portage/profile` last if there is one.
    public let profiles: [Path]
  }

  /// - Throws: `SourceError` for a root without `etc/portage`, a profile or parent that is missing, a
  ///   circle, and what is neither file nor folder.
  public func read() throws -> Reading {
    let reader = try SourceReader(sourceTree: sourceTree, repositories: repositories, witness: witness)
    var walk = ConfigurationWalk(root: path.normalized, reader: reader)
    try walk.readAll()
    return Reading(listing: Listing(walk.entries), profiles: walk.profiles)
  }

  public func listing() throws -> Listing { try read().listing }
}

/// One walk over a root and its profiles.
private struct ConfigurationWalk {
  let root: Path
  let reader: SourceReader
  var entries: [Listing.Entry] = []
  var profiles: [Path] = []

  init(root: Path, reader: SourceReader) {
    self.root = root
    self.reader = reader
  }

  mutating func readAll() throws {
    let folder = root / "etc/portage"
    guard let status = try reader.status(of: folder), status.kind == .directory else {
      throw SourceError.noConfiguration(reader.name(of: root))
    }
    for name in try reader.names(in: folder) where name != "make.profile" {
      // The name decides whether Portage reads it at all, so hidden ones are out whatever they are.
      if name.isHidden { continue }
      try read(folder / name, as: ConfigurationSyntax(of: name), inside: [FolderIdentity(status)])
    }
    try read(root / "etc/make.conf", as: .variables(sourcing: true))
    for link in [folder / "make.profile", root / "etc/make.profile"] {
      if try readProfiles(of: link) { break }
    }
    let custom = folder / "profile"
    if try reader.kind(of: custom) == .directory { profiles.append(custom) }
  }

  /// Whether there is a profile at `link`.
  private mutating func readProfiles(of link: Path) throws -> Bool {
    let target = try reader.realPath(link)
    switch try reader.kind(of: link) {
    case .directory: break
    case nil where try !reader.isLink(link): return false
    case nil: throw SourceError.danglingProfile(reader.name(of: link), target: reader.name(of: target))
    default: throw SourceError.profileNotAFolder(reader.name(of: link))
    }
    entries.append(
      Listing.Entry(key(of: link), reader.stableName(of: target), place: reader.name(of: link)))
    profiles = try ProfileStack(at: link, reader: reader).profiles
    for profile in profiles {
      for name in ConfigurationSyntax.profileNames {
        try read(profile / name, as: ConfigurationSyntax(of: name))
      }
    }
    return true
  }

  /// Reads what is at `path`, a file, a folder of such files or nothing.
  private mutating func read(
    _ path: Path, as syntax: ConfigurationSyntax, inside: [FolderIdentity] = []
  ) throws {
    // A link that leads nowhere is nothing to Portage.
    guard let status = try reader.status(of: path) else { return }
    switch status.kind {
    case .file: try readFile(path, as: syntax, status)
    case .directory:
      let identity = FolderIdentity(status)
      // A link back to a folder around it: what it holds is being read already.
      if inside.contains(identity) { return }
      for name in try reader.names(in: path) where !syntax.skips(name) {
        let inner = syntax == .profile ? ConfigurationSyntax(of: name) : syntax
        try read(path / name, as: inner, inside: inside + [identity])
      }
    case .characterDevice where syntax == .patches && path.isPatch:
      // A link to /dev/null takes back a patch of the same name for a less specific atom.
      entries.append(Listing.Entry(key(of: path), "no patch", place: reader.name(of: path)))
    default:
      throw SourceError.notAFile(reader.name(of: path), kind: status.kind.name)
    }
  }

  private mutating func readFile(
    _ path: Path, as syntax: ConfigurationSyntax, _ status: FileStatus
  ) throws {
    let file = ConfigurationFile(key: key(of: path), name: reader.name(of: path))
    if syntax == .content || syntax == .profile || syntax == .patches {
      if syntax != .patches || path.isPatch { try readContent(path, status) }
      return
    }
    let bytes = try reader.contents(of: path) ?? []
    switch syntax {
    case .packageFlags: entries += file.packageFlags(bytes)
    case .packageWords: entries += file.packageWords(bytes)
    case .items: entries += file.items(bytes)
    case .sequence: entries += file.sequence(bytes)
    case .variables(let sourcing):
      do {
        entries += file.variables(
          try MakeVariables(bytes, of: path, reader: reader, sourcing: sourcing).variables)
      } catch let error as MakeVariables.Unparsable {
        for file in error.files { try readContent(file, try reader.status(of: file) ?? status) }
      }
    case .content, .profile, .patches: break
    }
  }

  /// The value is that of a file in a tree's listing (`TreeScan`).
  private mutating func readContent(_ path: Path, _ status: FileStatus) throws {
    let kind = status.isExecutable ? "exec" : "file"
    entries.append(
      Listing.Entry(key(of: path), "\(kind) \(try reader.digest(of: path))", place: reader.name(of: path)))
  }

  /// A name that stays the same where the root and the repositories are moved.
  private func key(of path: Path) -> String {
    guard let inside = path.relative(to: root) else { return reader.stableName(of: path) }
    return (root.lastComponent / inside).description
  }
}

/// A folder, whatever the path that leads to it.
private struct FolderIdentity: Hashable {
  let device: UInt64
  let inode: UInt64

  init(_ status: FileStatus) {
    device = status.device
    inode = status.inode
  }
}
