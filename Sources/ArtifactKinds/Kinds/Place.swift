import Platform
import PortageFiles

/// A place in the file system with all the names that it has by symbolic links.
///
/// It knows not what is there, or whether anything is.
package struct Place {
  /// The place of the name itself: absolute as it was given, and with the links of its folder resolved.
  let names: Set<Path>
  /// The names, and where the last link leads.
  let all: Set<Path>

  init(_ path: Path, _ reader: SourceReader) throws {
    let path = path.normalized
    names = [path, try reader.realPath(path.parent) / path.lastComponent]
    all = names.union([try reader.realPath(path)])
  }

  /// Whether `other` is this place or lies in it, under one of its names or where that leads.
  func holds(_ other: Place) -> Bool { holds(other.all) }

  /// As `holds`, but a link counts as itself and not as what it leads to.
  func holds(nameOf other: Place) -> Bool { holds(other.names) }

  private func holds(_ paths: Set<Path>) -> Bool {
    paths.contains { path in all.contains { path.isInside($0) } }
  }

  /// The ways down from `folder` to this place; none if it does not lie there.
  func ways(from folder: Place) -> [Path] {
    all.flatMap { path in folder.all.compactMap { path.relative(to: $0) } }.sorted()
  }
}
