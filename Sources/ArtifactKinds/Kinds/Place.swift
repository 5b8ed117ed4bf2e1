import Platform
import PortageFiles

/// A place in the file system with all the names that it has through symbolic links.
///
/// It need not exist.
package struct Place {
  /// The names of the place itself: the absolute path as given, and the same path with the links of its folder
  /// resolved.
  let names: Set<Path>
  /// All of `names`, and the path with every link resolved.
  let all: Set<Path>

  init(_ path: Path, _ reader: SourceReader) throws {
    let path = path.normalized
    names = [path, try reader.realPath(path.parent) / path.lastComponent]
    all = names.union([try reader.realPath(path)])
  }

  /// Whether `other` is this place or lies in it, under one of its names or with every link resolved.
  func holds(_ other: Place) -> Bool { holds(other.all) }

  /// Like `holds`, but a link counts as the link itself, not as what it leads to.
  func holds(nameOf other: Place) -> Bool { holds(other.names) }

  private func holds(_ paths: Set<Path>) -> Bool {
    paths.contains { path in all.contains { path.isInside($0) } }
  }

  /// The relative paths from `folder` to this place; none if it does not lie there.
  func ways(from folder: Place) -> [Path] {
    all.flatMap { path in folder.all.compactMap { path.relative(to: $0) } }.sorted()
  }
}
