package import Platform
import PortageFiles
import TextKit

/// A folder that a build writes to: O, IMAGESDIR, or one that a variable of the built-in graph names.
package struct OutputFolder {
  /// The name of the variable.
  package let name: String
  /// Absolute and normalised; a link in it is not resolved.
  package let path: Path
  /// Where the variable got its value.
  let origin: String

  /// Rejects a folder that contains the source tree or lies in a folder of sources, since commands may write to it.
  /// A folder whose links lead there is rejected, too.
  ///
  /// - Parameters:
  ///   - sources: the folders of sources. One outside the source tree does not count.
  ///   - reader: resolves links, and records which.
  func check(source: Path, sources: [Path], _ reader: SourceReader) throws {
    let target = try reader.realPath(path)
    for (place, source) in [(path, source), (target, try reader.realPath(source))] {
      if source.isInside(place) { throw UserError.holdsSource(self, leadingTo: target) }
    }
    for folder in sources.map(\.normalized) {
      guard let name = folder.relative(to: source), name != "." else { continue }
      if try path.isInside(folder) || target.isInside(reader.realPath(folder)) {
        throw UserError.insideSource(self, leadingTo: target, folder: name)
      }
    }
  }
}
