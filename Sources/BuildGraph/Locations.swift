public import Platform

/// The three folders of a build, and the names that paths in them have in stamps and messages.
public struct Locations: Hashable, Sendable {
  /// The source tree, which is only read.
  public let source: Path
  /// O, the build directory.
  public let build: Path
  /// IMAGESDIR, the folder for finished images; it may lie in O.
  public let images: Path

  /// The paths must be absolute.
  public init(source: Path, build: Path, images: Path) {
    self.source = source.normalized
    self.build = build.normalized
    self.images = images.normalized
  }

  /// The name of `path`: relative to the source tree, or beginning with `${O}` or `${IMAGESDIR}`.
  public func name(of path: Path) -> Path {
    if let rest = path.relative(to: images) { return Path("${IMAGESDIR}").under(rest) }
    if let rest = path.relative(to: build) { return Path("${O}").under(rest) }
    return path.relative(to: source) ?? path.normalized
  }

  /// The path of the name that `name(of:)` gives.
  public func path(ofName name: String) -> Path {
    for (prefix, folder) in [("${IMAGESDIR}/", images), ("${O}/", build)] where name.hasPrefix(prefix) {
      return folder / Path(String(name.dropFirst(prefix.count)))
    }
    return path(of: name)
  }

  /// The absolute path that an expanded text means. Relative ones start in the source tree.
  public func path(of text: String) -> Path {
    (source / text).normalized
  }

  /// Whether targets may write to `path`.
  public func isWritable(_ path: Path) -> Bool {
    path.isInside(build) || path.isInside(images)
  }
}

extension Path {
  /// This path with `rest` appended, unless `rest` is `.`.
  fileprivate func under(_ rest: Path) -> Path { rest == "." ? self : self / rest }
}
