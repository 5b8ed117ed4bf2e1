import BuildGraph
package import BuildSettings
package import Platform
package import PortageFiles
import Stamps

/// What a kind of artifact needs to find the files that an artifact is read from.
package struct FileUseContext {
  package let settings: Settings
  /// Reads the source tree as it is.
  package let reader: SourceReader

  package init(settings: Settings) throws {
    self.settings = settings
    reader = try SourceReader(sourceTree: settings.locations.source)
  }

  package func place(_ path: Path) throws -> Place { try Place(path, reader) }

  /// Every path that `read` looks at, whether it exists or not.
  func visited(_ read: (ReadRecorder) throws -> Void) rethrows -> [Path] {
    let recorder = ReadRecorder()
    try read(recorder)
    return recorder.paths
  }
}
