public import Platform

/// Why a file or tree could not be digested.
public enum ScanError: Error, Hashable, Sendable, CustomStringConvertible {
  case notADirectory(Path)
  case notAFile(Path)
  case notDigestible(Path, FileStatus.Kind)
  case system(SystemError)

  public var description: String {
    switch self {
    case .notADirectory(let path): "'\(path)' is not a directory: declare it as 'file:'"
    case .notAFile(let path): "'\(path)' is a directory: declare it as 'tree:'"
    case .notDigestible(let path, let kind):
      "'\(path)' is \(kind.name), which has no content: remove it or exclude it from the tree"
    case .system(let error): error.description
    }
  }
}
