import Platform

/// Whether files were changed while emerge ran, by the times of their last status change, which no program can set.
enum FileChanges {
  /// Whether one of these, or what a link among them leads to, has been changed since then.
  ///
  /// - Parameter time: nanoseconds since the epoch.
  static func any(of paths: Set<Path>, since time: Int64) -> Bool {
    paths.contains { path in
      [false, true].contains { followingLinks in
        (try? FileStatus(path, followingLinks: followingLinks)).map { $0.changed >= time } ?? false
      }
    }
  }

  /// A folder, which need not be there, and all folders below it. Links are followed, but not back to a folder around
  /// them.
  static func folders(in folder: Path, inside: [FileStatus] = []) throws(SystemError) -> [Path] {
    guard let status = try? FileStatus(folder, followingLinks: true), status.kind == .directory,
      !inside.contains(where: { $0.inode == status.inode && $0.device == status.device })
    else { return [] }
    var folders = [folder]
    for (name, _) in try Directory.entries(of: folder) {
      folders += try self.folders(in: folder / name, inside: inside + [status])
    }
    return folders
  }
}
