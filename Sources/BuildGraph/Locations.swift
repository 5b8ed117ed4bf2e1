public import Platform

/// The three places of a build, and the names that paths in them have in stamps and messages.
public struct Locations: Hashable, Sendable {
  /// The source tree, which is only ever read.
  public let source: Path
  /// O, the build directory, on a local file system.
  public let build: Path
  /// IMAGESDIR, where artifacts are kept; may lie in O.
  public let images: Path

  /// The places at these absolute paths.
  public init(source: Path, build: Path, images: Path) {
    self.source = source.normalized
    self.build = build.normalized
    self.images = images.normalized
  }

  /// What `path` is called: relative to the source tree, or with `${O}` or `${IMAGESDIR}` in front.
  public func name(of path: Path) -> Path {
    if let rest = path.relative(to: images) { return Path("${IMAGESDIR}").under(rest) }
    if let rest = path.relative(to: build) { return Path("${O}").under(rest) }
    return path.relative(to: source) ?? path.normalized
  }

  /// The absolute path of what an expanded text names: relative ones lie in the source tree.
  public func path(of text: String) -> Path {
    (source / text).normalized
  }

  /// Whether sysbuild's targets may write to `path`.
  public func isWritable(_ path: Path) -> Bool {
    path.isInside(build) || path.isInside(images)
  }
}

extension Path {
  /// This path with `rest` behind it, itself if `rest` is `.`.
  fileprivate func under(_ rest: Path) -> Path { rest == "." ? self : self / rest }
}
