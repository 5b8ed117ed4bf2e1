import Glibc
import Platform
import TestSupport

@testable import Stamps

/// A tree with a bit of everything, an index beside it, and what the index says of the tree.
final class TreeFixture {
  let folder: TemporaryFolder
  let root: Path
  let file: Path
  var index: FileIndex
  let tree: FileIndex.Subject

  init(excluding: [String] = []) throws {
    folder = try TemporaryFolder()
    root = folder.path / "tree"
    file = folder.path / "O/index"
    index = FileIndex(file)
    tree = FileIndex.Subject(root, .tree(excluding: excluding))
    try Directory.create(root / "empty", intermediates: true)
    try Directory.create(root / "sub/deeper", intermediates: true)
    try write("a", "one")
    try write("sub/b", "two")
    try write("sub/deeper/c", "")
    try File.symlink("nowhere", at: root / "dangling")
    try File.symlink("loop", at: root / "loop")
    try File.symlink("../..", at: root / "sub/up")
  }

  func write(_ name: Path, _ text: String) throws { try File.write(Array(text.utf8), to: root / name) }

  /// Saves, loads, and looks again.
  func look() throws -> Observation? {
    try index.save()
    index = FileIndex(file)
    try index.refresh([tree])
    return index.observation(tree)
  }

  /// What an index that remembers nothing says.
  func lookAfresh() throws -> (observation: Observation?, listing: Listing?) {
    let index = FileIndex(folder.path / "none")
    try index.refresh([tree])
    return (index.observation(tree), index.listing(tree))
  }

  /// Waits until nothing written so far is racy.
  func settle() {
    let now = Clock.wall
    while Clock.coarseWall <= now { usleep(1000) }
  }
}

func text(_ text: String) -> [UInt8] { Array(text.utf8) }

/// utimensat(2) with nanoseconds since the epoch.
func setModified(_ time: Int64, of path: Path) {
  let (seconds, nanoseconds) = time.quotientAndRemainder(dividingBy: 1_000_000_000)
  let time = timespec(tv_sec: Int(seconds), tv_nsec: Int(nanoseconds))
  _ = path.withCString { utimensat(AT_FDCWD, $0, [time, time], 0) }
}
