import Glibc
public import Platform
import Stamps
import TextKit

/// A folder of links, which `write` makes and `SourceReader` reads as if it were there.
public final class LinkFolder {
  enum Entry {
    /// A link to a file or folder, absolute.
    case link(Path)
    case folder(LinkFolder)
    /// A file that sources these, which are absolute, in their order.
    case sources([Path])
  }

  private(set) var entries: [Path: Entry] = [:]
  /// What the user would take it for.
  let origin: Path

  init(origin: Path) { self.origin = origin }

  /// The status of a folder that nothing else has.
  var status: FileStatus {
    var buffer = stat()
    buffer.st_mode = S_IFDIR
    buffer.st_dev = .max
    buffer.st_ino = UInt(bitPattern: ObjectIdentifier(self))
    return FileStatus(buffer)
  }

  func add(_ entry: Entry, as name: Path) { entries[name] = entry }

  /// Makes the folder at `path`, in place of what is there.
  ///
  /// - Parameter seen: where the files of the links are found.
  public func write(to path: Path, seeing seen: (Path) -> Path = { $0 }) throws(SystemError) {
    try Directory.removeTree(path)
    try Directory.create(path, intermediates: true)
    for (name, entry) in entries {
      switch entry {
      case .link(let target): try File.symlink(seen(target), at: path / name)
      case .folder(let folder): try folder.write(to: path / name, seeing: seen)
      case .sources(let files): try File.write(Self.text(sourcing: files.map(seen)), to: path / name)
      }
    }
  }

  /// In the syntax of make.conf, which is also that of bash.
  static func text(sourcing files: [Path]) -> [UInt8] {
    Array(files.map { "source \(shellQuoted("\($0)"))\n" }.joined().utf8)
  }

  // MARK: Reading

  /// What a path in the folder leads to.
  enum Place {
    /// A path of the file system.
    case path(Path)
    case folder(LinkFolder)
    case sources([Path])
    case missing
  }

  /// - Parameter path: relative to the folder, normalised.
  func place(of path: Path) -> Place {
    var current = self
    let names = path.components
    for (index, name) in names.enumerated() where name != "." {
      switch current.entries[name] {
      case .link(let target): return .path(names[(index + 1)...].reduce(target, /))
      case .folder(let folder): current = folder
      case .sources(let files): return index + 1 == names.count ? .sources(files) : .missing
      case nil: return .missing
      }
    }
    return .folder(current)
  }

  /// The target of the link that a path names; nil if it names no link of the folder.
  func linkTarget(of path: Path) -> Path? {
    guard case .folder(let folder) = place(of: path.parent),
      case .link(let target)? = folder.entries[path.lastComponent]
    else { return nil }
    return target
  }
}
