import Glibc
public import Platform
public import Stamps

/// Reads files and folders as Portage would, and calls paths what the user would call them. It knows no syntax;
/// what it looked at, its recorder remembers.
public final class SourceReader {
  public let sourceTree: Path
  /// By name, each with its folder as it was given and with its links resolved.
  public private(set) var repositories: [(name: String, path: Path, real: Path)] = []
  private let recorder: ReadRecorder
  private var folders: [(path: Path, folder: LinkFolder)] = []
  private var names: [Path: String] = [:]
  private var realSourceTree: Path?

  /// Paths are best given absolute, since a link may lead out of a relative one.
  public init(
    sourceTree: Path, repositories: [String: Path] = [:], recorder: ReadRecorder = ReadRecorder()
  ) throws {
    self.sourceTree = sourceTree.normalized
    self.recorder = recorder
    for (name, path) in repositories.sorted(by: { $0.key < $1.key }) {
      self.repositories.append((name, path.normalized, try realPath(path)))
    }
  }

  /// Reads `folder` at `path`, whatever lies there. Nothing in it may have been read yet.
  public func mount(_ folder: LinkFolder, at path: Path) { folders.append((path.normalized, folder)) }

  /// What is at `path`, links followed; nil if nothing is, or a link that leads nowhere or in a circle.
  public func kind(of path: Path) throws -> FileStatus.Kind? {
    try status(of: path)?.kind
  }

  /// The status of what is at `path`, links followed; nil as in `kind(of:)`.
  public func status(of path: Path) throws -> FileStatus? {
    switch place(of: path) {
    case .path(let path): return try lookUp(path)
    case .folder(let folder): return folder.status
    case .sources(let files): return try files.last.flatMap(lookUp)
    case .missing: return nil
    }
  }

  private func lookUp(_ path: Path) throws -> FileStatus? {
    do {
      return try recorder.status(of: path)
    } catch let error where error.isMissing || error.code == ELOOP {
      return nil
    } catch {
      throw SourceError.unreadable(name(of: path), error)
    }
  }

  /// The content of a regular file; nil if there is none at `path`.
  /// - Throws: `SourceError` for anything that is not a file: reading a FIFO would wait for ever.
  public func contents(of path: Path) throws -> [UInt8]? {
    guard let kind = try kind(of: path) else { return nil }
    if kind == .directory { throw SourceError.folderInsteadOfFile(name(of: path)) }
    guard kind == .file else { throw SourceError.notAFile(name(of: path), kind: kind.name) }
    switch place(of: path) {
    case .path(let path):
      do {
        return try recorder.content(of: path)
      } catch {
        throw SourceError.unreadable(name(of: path), error)
      }
    case .sources(let files): return LinkFolder.text(sourcing: files)
    case .folder, .missing: return nil
    }
  }

  /// The names in a folder in byte order; empty if there is no folder at `path`.
  public func names(in path: Path) throws -> [Path] {
    guard try kind(of: path) == .directory else { return [] }
    switch place(of: path) {
    case .path(let path):
      do {
        return try recorder.entries(of: path).map(\.name).sorted()
      } catch {
        throw SourceError.unreadable(name(of: path), error)
      }
    case .folder(let folder): return folder.entries.keys.sorted()
    case .sources, .missing: return []
    }
  }

  /// Whether a symbolic link is at `path`, wherever it leads.
  func isLink(_ path: Path) throws -> Bool { try linkTarget(of: path) != nil }

  /// The SHA-256 of a regular file's content, in hexadecimal. Of a file that sources others, that of their names.
  public func digest(of path: Path) throws -> String {
    let place = place(of: path)
    if case .sources(let files) = place {
      return SHA256.digest(of: Array(files.map(name).joined(separator: "\n").utf8)).description
    }
    guard case .path(let path) = place else { return "" }
    do {
      _ = try recorder.status(of: path)
      return try SHA256.digest(ofFile: path, followingLinks: true).description
    } catch {
      throw SourceError.unreadable(name(of: path), error)
    }
  }

  /// The path without links, `.` and `..`, as realpath(3) has it; components that do not exist are kept.
  public func realPath(_ path: Path) throws -> Path {
    var links = 0
    for (mount, _) in folders where path.components.starts(with: mount.components) {
      let below = path.components.dropFirst(mount.components.count).reduce(".", /)
      return try resolve(below, from: mount, links: &links)
    }
    return try resolve(path, from: path.isAbsolute ? "/" : ".", links: &links)
  }

  /// Whether `path` lies in the source tree, by its name or by that of the tree without links.
  func isInSourceTree(_ path: Path) -> Bool {
    let path = origin(of: path).normalized
    return path.isInside(sourceTree) || realTree().map { path.isInside($0) } ?? false
  }

  /// What the user would call `path`: relative to the source tree if it lies there, `NAME:path/in/it` if it lies in a
  /// repository elsewhere. Neither changes with the place of the source tree or the repository.
  public func name(of path: Path) -> String {
    if let known = names[path] { return known }
    let name = makeName(of: origin(of: path).normalized)
    names[path] = name
    return name
  }

  private func makeName(of path: Path) -> String {
    if let relative = path.relative(to: sourceTree) { return relative.description }
    if let relative = realTree().flatMap({ path.relative(to: $0) }) { return relative.description }
    if let repository = repository(of: path), let relative = path.relative(to: repository.folder) {
      return "\(repository.name):\(relative)"
    }
    return path.description
  }

  /// The path that `name(of:)` gives this name.
  public static func path(
    named name: String, sourceTree: Path, repositories: [(name: String, path: Path)]
  ) -> Path {
    // The name of a repository has no slash, unlike a path with a colon in a folder.
    if let colon = name.firstIndex(of: ":"),
      let repository = repositories.first(where: { $0.name == name[..<colon] })
    {
      return repository.path / Path(String(name[name.index(after: colon)...]))
    }
    return sourceTree / Path(name)
  }

  /// The innermost repository that `path` lies in, with the spelling of its folder that `path` has.
  public func repository(of path: Path) -> (name: String, folder: Path)? {
    var best: (name: String, folder: Path)?
    for repository in repositories {
      for folder in [repository.path, repository.real] where path.isInside(folder) {
        if best.map({ folder.bytes.count > $0.folder.bytes.count }) ?? true {
          best = (repository.name, folder)
        }
      }
    }
    return best
  }

  /// The path that the user would take `path` for: a different one in a folder of links.
  private func origin(of path: Path) -> Path {
    switch place(of: path) {
    case .path(let path): path
    case .folder(let folder): folder.origin
    case .sources(let files): files.last ?? path
    case .missing: path
    }
  }

  private func place(of path: Path) -> LinkFolder.Place {
    for (mount, folder) in folders {
      if let below = path.relative(to: mount) { return folder.place(of: below) }
    }
    return .path(path)
  }

  private func realTree() -> Path? {
    if realSourceTree == nil { realSourceTree = try? realPath(sourceTree) }
    return realSourceTree
  }

  private func resolve(_ path: Path, from start: Path, links: inout Int) throws -> Path {
    var current = path.isAbsolute ? Path("/") : start
    for component in path.components where component != "." {
      if component == ".." {
        current = current.isAbsolute ? current.parent : (current / component).normalized
        continue
      }
      let next = current == "." ? component : current / component
      guard let target = try linkTarget(of: next) else {
        current = next
        continue
      }
      links += 1
      // The kernel's own limit (path_resolution(7)).
      if links > 40 { return next }
      current = try resolve(target, from: current, links: &links)
    }
    return current
  }

  private func linkTarget(of path: Path) throws -> Path? {
    for (mount, folder) in folders {
      guard let below = path.relative(to: mount), !below.isEmpty else { continue }
      if let target = folder.linkTarget(of: below) { return target }
      guard case .path = folder.place(of: below) else { return nil }
    }
    guard case .path(let path) = place(of: path) else { return nil }
    do {
      return try recorder.linkTarget(of: path).map { Path(bytes: $0) }
    } catch let error where error.isMissing {
      return nil
    } catch {
      throw SourceError.unreadable(name(of: path), error)
    }
  }
}
