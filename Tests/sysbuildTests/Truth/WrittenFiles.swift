import BuildGraph
import Glibc
import Platform
import TestSupport

@testable import ModelSupport

/// Files, trees, links and programs as a trial's world writes them down: each time in one of several ways
/// that leave the same thing behind.
extension FileWorld {
  /// The text is the file's content; `#!` in front of it is not part of that, but the executable bit.
  func readFile(_ path: Path) throws -> String? {
    guard let status = try? FileStatus(path, followingLinks: true) else { return nil }
    return (status.isExecutable ? "#!" : "") + String(decoding: try File.read(path), as: UTF8.self)
  }

  func writeFile(_ content: String?, to path: Path) throws {
    guard let content else { return try File.remove(path, missingIsFine: true) }
    let isExecutable = content.hasPrefix("#!")
    let bytes = Array(content.utf8.dropFirst(isExecutable ? 2 : 0))
    let before = try? FileStatus(path, followingLinks: true)
    var place = path
    switch Int.random(in: 0..<4, using: &generator) {
    case 0: place = newPath()
    case 1: try File.remove(path, missingIsFine: true)
    default: break
    }
    let isNew = !File.exists(place)
    try File.write(bytes, to: place)
    if isNew || before?.isExecutable != isExecutable || generator.chance(20) {
      setMode(of: place, isExecutable: isExecutable)
    }
    // As an editor that keeps times, or an archive that is unpacked, would.
    if let before, generator.chance(30) { setModified(before.modified, of: place) }
    if place != path { try File.rename(place, to: path) }
  }

  func setMode(of path: Path, isExecutable: Bool) {
    let other: mode_t = [0o644, 0o600, 0o664].randomElement(using: &generator) ?? 0o644
    _ = path.withCString { chmod($0, other | (isExecutable ? 0o100 : 0)) }
  }

  func setModified(_ time: Int64, of path: Path) {
    let time = timespec(tv_sec: Int(time / 1_000_000_000), tv_nsec: Int(time % 1_000_000_000))
    _ = path.withCString { utimensat(AT_FDCWD, $0, [time, time], AT_SYMLINK_NOFOLLOW) }
  }

  func readLink(_ path: Path) throws -> String? {
    guard (try? FileStatus(path))?.kind == .symbolicLink else { return nil }
    return String(decoding: try File.readLink(path), as: UTF8.self)
  }

  func writeLink(_ content: String?, to path: Path) throws {
    try File.remove(path, missingIsFine: true)
    if let content {
      try File.symlink(Path(content), at: path)
    } else if generator.chance(30) {
      // Something else than a link is no link.
      try File.write(Array("no link".utf8), to: path)
    }
  }

  /// A program lies in one of two folders of PATH; one of the same name in the second is hidden by one in the
  /// first, and what cannot be executed is none.
  func writeTool(_ content: String?, named name: Path) throws {
    let folders: [Path] = [locations.source / "bin0", locations.source / "bin1"]
    for folder in folders { try Directory.create(folder, intermediates: true) }
    let words = content?.split(separator: " ").map(String.init) ?? []
    if words.first == "bin0" {
      try writeFile("#!" + words[1], to: folders[0] / name)
      try writeFile(generator.chance(50) ? "#!hidden" : nil, to: folders[1] / name)
    } else {
      try writeFile(generator.chance(50) ? "no program" : nil, to: folders[0] / name)
      try writeFile(content.map { _ in "#!" + words[1] }, to: folders[1] / name)
    }
  }
}

/// Trees: words `PATH=VALUE`, in the order of the paths.
extension FileWorld {
  func readTree(_ root: Path, excluding: [String]) throws -> String? {
    guard File.exists(root) else { return nil }
    return try members(of: root, excluding: excluding).sorted { $0.key < $1.key }.map { "\($0)=\($1)" }
      .joined(separator: " ")
  }

  /// What is at each path of a tree; a folder only if it holds nothing.
  private func members(of root: Path, below prefix: String = "", excluding: [String]) throws -> [String: String]
  {
    var found: [String: String] = [:]
    for (name, kind) in try Directory.entries(of: root / prefix) {
      let path = prefix.isEmpty ? "\(name)" : "\(prefix)/\(name)"
      if excluding.contains("\(name)") || excluding.contains(path) { continue }
      switch kind {
      case .directory:
        let inner = try members(of: root, below: path, excluding: excluding)
        found.merge(inner.isEmpty ? [path: "/"] : inner) { first, _ in first }
      case .symbolicLink: found[path] = try readLink(root / path).map { ">" + $0 }
      default: found[path] = try readFile(root / path)
      }
    }
    return found
  }

  func writeTree(_ content: String?, to root: Path, excluding: [String]) throws {
    guard let content else { return try Directory.removeTree(root) }
    var place = root
    if File.exists(root), generator.chance(20) { place = newPath() }
    try Directory.create(place, intermediates: true)
    try fill(place, with: Self.members(content), excluding: excluding)
    if place == root { return }
    // A tree made anew takes the old one's place.
    try File.rename(root, to: newPath())
    try File.rename(place, to: root)
  }

  private static func members(_ content: String) -> [String: String] {
    let pairs = content.split(separator: " ").map { $0.split(separator: "=", maxSplits: 1).map(String.init) }
    return Dictionary(uniqueKeysWithValues: pairs.map { ($0[0], $0[1]) })
  }

  /// Changes what is different, by a renaming where that is enough.
  private func fill(_ root: Path, with wanted: [String: String], excluding: [String]) throws {
    let present = try members(of: root, excluding: excluding)
    var gone = present.filter { wanted[$0.key] == nil }
    for (path, value) in wanted.sorted(by: { $0.key < $1.key }) where present[path] != value {
      try Directory.create((root / path).parent, intermediates: true)
      if let old = gone.filter({ $0.value == value && value != "/" }).keys.min() {
        try File.rename(root / old, to: root / path)
        gone[old] = nil
        continue
      }
      let isText = { (value: String) in value != "/" && !value.hasPrefix(">") }
      if let old = present[path], !isText(old) || !isText(value) {
        try Directory.removeTree(root / path)
      }
      if value == "/" {
        try Directory.create(root / path)
      } else if value.hasPrefix(">") {
        try File.symlink(Path(value.dropFirst()), at: root / path)
      } else {
        try writeFile(value, to: root / path)
      }
    }
    for path in gone.keys.sorted() { try Directory.removeTree(root / path) }
    for path in present.keys.sorted() where wanted[path] == nil {
      try removeFolders(above: path, in: root, unlessOf: wanted)
    }
  }

  /// Removes the folders above `path` that hold nothing any more but what is left out.
  private func removeFolders(above path: String, in root: Path, unlessOf wanted: [String: String]) throws {
    var folder = Path(path).parent
    while folder != ".", !wanted.keys.contains(where: { $0.hasPrefix("\(folder)/") || $0 == "\(folder)" }) {
      try Directory.removeTree(root / folder)
      folder = folder.parent
    }
  }
}
