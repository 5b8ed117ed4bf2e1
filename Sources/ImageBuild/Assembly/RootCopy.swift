import Platform
import Stamps
import TextKit

/// A copy of a root that others change, and which is then made a copy again: only what was changed in it or in the root
/// is copied.
///
/// The copy has a list of what was the same in both, `var/db/sysbuild/copied`: for each path, with NUL at its end, the
/// inodes and the times of the last change (ctime) there and here before it. If all four are what they were, nothing has
/// changed: users can set other times, but not that one.
struct RootCopy {
  private static let list = Path("var/db/sysbuild/copied")

  let original: Path
  let copy: Path
  private let known: [[UInt8]: Pair]
  /// The paths to copy, a folder before what is in it.
  private var paths: [Path] = []
  /// What is the same in both without being copied.
  private var same: [Path: Pair] = [:]
  /// The names of each file of the original, by its inode.
  private var names: [UInt64: [Path]] = [:]

  init(of original: Path, at copy: Path) {
    self.original = original
    self.copy = copy
    known = Self.read((try? File.read(copy / Self.list)) ?? [])
  }

  /// Makes it a copy.
  ///
  /// - Returns: how many paths were copied, and how many there are.
  mutating func refresh() throws -> (copied: Int, all: Int) {
    if known.isEmpty {
      try Directory.removeTree(copy)
      try run(["cp", "-a", "--reflink=auto", "--no-target-directory", "\(original)", "\(copy)"])
      paths = ["."]
      try RootPlaces.visit(original, besides: []) { paths.append($0) }
    } else {
      try compare(".")
      try replaceOtherNames()
      try copyPaths()
    }
    try writeList()
    return (paths.count, paths.count + same.count)
  }

  // MARK: What is different

  /// Removes from a folder of the copy what is different, and notes what to copy.
  private mutating func compare(_ folder: Path) throws {
    let place = paths.count
    let pair = Pair(try FileStatus(original / folder), try FileStatus(copy / folder))
    var isSame = known[folder.bytes] == pair
    let here = Dictionary(try Directory.entries(of: copy / folder).map { ($0.name, $0.kind) }) { $1 }
    let there = try Directory.entries(of: original / folder)
    for (name, kind) in there {
      let path = folder == "." ? name : folder / name
      if here[name] != kind {
        isSame = false
        try replace(path, kind)
      } else if kind != .directory {
        isSame = try compareFile(path) && isSame
      } else if try known[path.bytes] != Pair(FileStatus(original / path), FileStatus(copy / path)),
        try File.hasExtendedAttributes(copy / path)
      {
        // What tar does not take away.
        isSame = false
        try replace(path, kind)
      } else {
        try compare(path)
      }
    }
    for name in Set(here.keys).subtracting(there.map(\.name)) {
      isSame = false
      try Directory.removeTree(copy / folder / name)
    }
    if isSame { same[folder] = pair } else { paths.insert(folder, at: place) }
  }

  /// - Returns: whether nothing has to be done.
  private mutating func compareFile(_ path: Path) throws -> Bool {
    let status = try FileStatus(original / path)
    names[status.inode, default: []].append(path)
    let pair = Pair(status, try FileStatus(copy / path))
    if known[path.bytes] == pair {
      same[path] = pair
      return true
    }
    try replace(path, status.kind)
    return false
  }

  private mutating func replace(_ path: Path, _ kind: FileStatus.Kind) throws {
    try Directory.removeTree(copy / path)
    func note(_ path: Path, _ kind: FileStatus.Kind) throws {
      paths.append(path)
      if kind == .directory {
        for entry in try Directory.entries(of: original / path) { try note(path / entry.name, entry.kind) }
      } else {
        names[try FileStatus(original / path).inode, default: []].append(path)
      }
    }
    try note(path, kind)
  }

  /// All names of a file are copied if one is.
  private mutating func replaceOtherNames() throws {
    for paths in names.values where paths.count > 1 && !paths.allSatisfy({ same[$0] != nil }) {
      for path in paths where same.removeValue(forKey: path) != nil {
        try File.remove(copy / path)
        self.paths.append(path)
        // Its time is another now.
        if same.removeValue(forKey: path.parent) != nil { self.paths.append(path.parent) }
      }
    }
  }

  // MARK: Copying

  private func copyPaths() throws {
    if paths.isEmpty { return }
    let file = original.parent / "copied"
    try File.write(Array(paths.map { $0.bytes + [0] }.joined()), to: file)
    let attributes = "--format=posix --acls --xattrs --xattrs-include='*'"
    try run([
      "sh", "-c",
      """
      set -e
      { tar --create --directory="$0" --no-recursion --null --no-unquote --files-from="$2" \(attributes) && :>"$2"; } |
        tar --extract --directory="$1" --same-permissions --same-owner --delay-directory-restore \(attributes)
      ! test -s "$2"
      """, "\(original)", "\(copy)", "\(file)",
    ])
    try File.remove(file)
  }

  private func run(_ words: [String]) throws {
    let path = Environment.value("PATH").map { String(decoding: $0, as: UTF8.self) } ?? ""
    guard let program = ProgramSearch.find(words[0], in: path) else {
      throw UserError.programMissing(words[0], searchPath: path)
    }
    let status = try ForegroundProgram.run(program, Array(words.dropFirst())) { bytes throws(SystemError) in
      try StandardStream.output.write(bytes)
    }
    guard status.isSuccess else { throw UserError.programFailed(words[0], status) }
  }

  // MARK: The list

  /// Inodes and times of the last change.
  private struct Pair: Hashable {
    let original: [Int64]
    let copy: [Int64]

    init(_ original: FileStatus, _ copy: FileStatus) {
      self.original = [Int64(bitPattern: original.inode), original.changed]
      self.copy = [Int64(bitPattern: copy.inode), copy.changed]
    }

    /// Parses `INODE TIME INODE TIME`; nil if it is something else.
    init?(_ words: ArraySlice<ArraySlice<UInt8>>) {
      let numbers = words.compactMap { Int64(String(decoding: $0, as: UTF8.self)) }
      guard numbers.count == 4 else { return nil }
      original = Array(numbers[..<2])
      copy = Array(numbers[2...])
    }

    var text: String { (original + copy).map(String.init).joined(separator: " ") }
  }

  private static func read(_ text: [UInt8]) -> [[UInt8]: Pair] {
    var pairs: [[UInt8]: Pair] = [:]
    for line in text.split(separator: 0) {
      let words = line.split(separator: 0x20, maxSplits: 4)
      if words.count == 5, let pair = Pair(words[..<4]) { pairs[Array(words[4])] = pair }
    }
    return pairs
  }

  private func writeList() throws {
    let file = copy / Self.list
    try Directory.create(file.parent, intermediates: true)
    var text: [UInt8] = []
    func add(_ path: Path, _ pair: Pair) { text += Array("\(pair.text) ".utf8) + path.bytes + [0] }
    for (path, pair) in same { add(path, pair) }
    // Another change in the tick of the last one would not show, so that is over before all is looked at.
    try Clock.waitForCoarseWall()
    let now = Clock.coarseWall
    for path in paths {
      let (there, here) = (try FileStatus(original / path), try FileStatus(copy / path))
      // Some file systems have longer ticks.
      if !there.isRacy(at: now) && !here.isRacy(at: now) { add(path, Pair(there, here)) }
    }
    try AtomicFile.write(text, to: file, durable: false)
  }
}
