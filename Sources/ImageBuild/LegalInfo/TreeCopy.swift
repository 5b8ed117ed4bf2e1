import Platform

/// Copies parts of folders to places of their own.
///
/// A link to what has a place leads to the copy, which is made as well. What any other link leads to is copied where the link
/// is. A link that leads nowhere stays as it is.
struct TreeCopy {
  /// A folder, and where its copy is. Both are absolute, with no links in them.
  struct Place {
    let original: Path
    let copy: Path
  }

  private let places: [Place]
  /// Folders of which nothing is copied.
  private let skipped: [Path]
  private var seen: Set<Path> = []

  /// - Parameter places: one may lie in another, and is then copied only when it is asked for.
  init(_ places: [Place], skipping skipped: [Path]) {
    self.places = places.sorted { $0.original.bytes.count > $1.original.bytes.count }
    self.skipped = skipped
  }

  /// Where the copy of a path is; nil if it has no place.
  func place(of path: Path) -> Path? {
    for place in places {
      if let rest = path.relative(to: place.original) { return rest == "." ? place.copy : place.copy / rest }
    }
    return nil
  }

  /// Copies a file or folder to its place. It is no error if it is not there.
  ///
  /// - Parameters:
  ///   - path: in one of the originals.
  ///   - keepingLinks: whether links stay as they are, since they are about another root.
  mutating func copy(_ path: Path, keepingLinks: Bool = false) throws {
    guard File.exists(path), let copy = place(of: path) else { return }
    try self.copy(path, to: copy, keepingLinks: keepingLinks)
  }

  private mutating func copy(_ path: Path, to copy: Path, keepingLinks: Bool) throws {
    if skipped.contains(path) || !seen.insert(copy).inserted { return }
    try Directory.create(copy.parent, intermediates: true)
    let status = try FileStatus(path)
    switch status.kind {
    case .symbolicLink: try copyLink(path, to: copy, keepingLinks: keepingLinks)
    case .directory:
      try Directory.create(copy, intermediates: true)
      for name in try Directory.entries(of: path).map(\.name).sorted() where name != ".git" {
        let child = path / name
        if places.contains(where: { $0.original == child }) { continue }
        try self.copy(child, to: copy / name, keepingLinks: keepingLinks)
      }
    default: try File.write(try File.read(path), to: copy, mode: status.isExecutable ? 0o777 : 0o666)
    }
  }

  private mutating func copyLink(_ path: Path, to copy: Path, keepingLinks: Bool) throws {
    let text = Path(bytes: try File.readLink(path))
    guard !keepingLinks, let target = File.resolve(path), !path.isInside(target) else {
      return try File.symlink(text, at: copy)
    }
    guard let other = place(of: target) else { return try self.copy(target, to: copy, keepingLinks: false) }
    // Of a place that is copied only what is asked for.
    if !places.contains(where: { $0.original == target }) {
      try self.copy(target, to: other, keepingLinks: false)
    }
    try File.symlink(other.seen(from: copy.parent), at: copy)
  }
}

extension Path {
  /// The relative path from a folder to this path; both are absolute.
  func seen(from folder: Path) -> Path {
    let (own, base) = (normalized.components, folder.normalized.components)
    let common = zip(own, base).prefix { $0 == $1 }.count
    let up = [Path](repeating: "..", count: base.count - common)
    return (up + own[common...]).reduce("", /)
  }
}
