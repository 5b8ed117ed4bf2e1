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
    let path = path.normal
    if let rest = path.rest(below: images) { return Path("${IMAGESDIR}").under(rest) }
    if let rest = path.rest(below: build) { return Path("${O}").under(rest) }
    return path.rest(below: source) ?? path
  }

  /// The absolute path of what an expanded text names: relative ones lie in the source tree.
  public func path(of text: String) -> Path {
    (source / text).normal
  }

  /// Whether sysbuild's targets may write to `path`.
  public func isWritable(_ path: Path) -> Bool {
    let path = path.normal
    return path.rest(below: build) != nil || path.rest(below: images) != nil
  }
}

// Graphs of 10,000 targets ask these questions several times for each path, and nearly all are normal.
extension Path {
  fileprivate var normal: Path { isNormal ? self : normalized }

  private var isNormal: Bool {
    let slash = UInt8(ascii: "/")
    let dot = UInt8(ascii: ".")
    // 0 behind a slash, then the number of dots, 3 for any other component.
    var state = 3
    for byte in bytes {
      switch (byte, state) {
      case (slash, 0...2): return false
      case (slash, _): state = 0
      case (dot, 0), (dot, 1): state += 1
      default: state = 3
      }
    }
    return isAbsolute && state == 3
  }

  /// The way from `folder` down to this path, `.` if they are one; nil if it does not lie there. Both normal.
  fileprivate func rest(below folder: Path) -> Path? {
    guard bytes.starts(with: folder.bytes) else { return nil }
    if bytes.count == folder.bytes.count { return "." }
    let isRoot = folder.bytes.count == 1
    guard isRoot || bytes[folder.bytes.count] == UInt8(ascii: "/") else { return nil }
    return Path(bytes: bytes[(folder.bytes.count + (isRoot ? 0 : 1))...])
  }

  /// This path with `rest` behind it, itself if `rest` is `.`.
  fileprivate func under(_ rest: Path) -> Path { rest == "." ? self : self / rest }
}
