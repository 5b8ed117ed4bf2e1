public import Platform

/// Which paths below a tree are left out of it. It knows nothing of what is there.
public struct Exclusions: Sendable {
  /// Names that are left out at any depth, and paths from the tree's root.
  private let paths: Set<Path>

  /// Of an artifact's `excluding`.
  public init(_ excluding: [String]) {
    paths = Set(excluding.map { Path($0).normalized })
  }

  /// Whether `path`, from the tree's root, is left out itself; what lies below such a path is never asked.
  func names(_ path: Path) -> Bool {
    !paths.isEmpty && (paths.contains(path) || paths.contains(path.lastComponent))
  }

  /// Whether `path`, from the tree's root, is left out, or lies below one that is.
  public func contain(_ path: Path) -> Bool {
    var path = path
    while path != "." {
      if names(path) { return true }
      path = path.parent
    }
    return false
  }
}
