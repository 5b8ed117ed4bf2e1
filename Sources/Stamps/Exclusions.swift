public import Platform

/// Which paths below a tree are left out of it.
public struct Exclusions: Sendable {
  /// Names that are left out at any depth, and paths from the tree's root.
  private let paths: Set<Path>

  /// - Parameter excluding: as an `Artifact` has it.
  public init(_ excluding: [String]) {
    paths = Set(excluding.map { Path($0).normalized })
  }

  /// Whether `path`, relative to the tree's root, is left out itself. Paths below such a one are not.
  func names(_ path: Path) -> Bool {
    !paths.isEmpty && (paths.contains(path) || paths.contains(path.lastComponent))
  }

  /// Whether `path`, relative to the tree's root, is left out or lies below a path that is.
  public func contain(_ path: Path) -> Bool {
    var path = path
    while path != "." {
      if names(path) { return true }
      path = path.parent
    }
    return false
  }
}
