package import Platform
import Stamps

/// Makes a cache in a folder smaller: the records that were not used for the longest time go, and the contents that only
/// they name.
package enum FolderCleaning {
  /// How long contents that no record names are kept, in nanoseconds: a build writes its record last.
  private static let grace: Int64 = 24 * 3600 * 1_000_000_000

  /// - Parameter most: how large the contents may be, in bytes.
  /// - Returns: their size before and after, in bytes.
  package static func clean(_ folder: Path, to most: Int) throws -> (before: Int, after: Int) {
    let contents = try files(in: folder / "cas")
    let records = try files(in: folder / "ac").sorted {
      ($0.value.modified, $0.key) > ($1.value.modified, $1.key)
    }
    var kept: Set<Path> = []
    var given: Set<Path> = []
    var size = 0
    for (name, _) in records {
      let file = folder / "ac" / name
      let names = Set((ActionResult((try? File.read(file)) ?? [])?.files ?? []).map { Path($0.digest.hex) })
      let more = names.subtracting(kept).reduce(0) { $0 + (contents[$1]?.size ?? 0) }
      if size + Int(more) <= most, !names.isEmpty, names.allSatisfy({ contents[$0] != nil }) {
        size += Int(more)
        kept.formUnion(names)
      } else {
        try File.remove(file, missingIsFine: true)
        given.formUnion(names)
      }
    }
    let limit = Clock.wall - grace
    var after: Int64 = 0
    for (name, content) in contents {
      if !kept.contains(name), given.contains(name) || content.modified < limit {
        try File.remove(folder / "cas" / name, missingIsFine: true)
      } else {
        after += content.size
      }
    }
    return (Int(contents.values.reduce(0) { $0 + $1.size }), Int(after))
  }

  private static func files(in folder: Path) throws -> [Path: FileStatus] {
    guard File.exists(folder) else { return [:] }
    var found: [Path: FileStatus] = [:]
    for (name, kind) in try Directory.entries(of: folder) where kind == .file {
      // Another cleaning may be under way.
      if let status = try? FileStatus(folder / name) { found[name] = status }
    }
    return found
  }
}
