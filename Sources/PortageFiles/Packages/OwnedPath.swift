public import Platform
import TextKit

/// A path that an installed package owns, as `CONTENTS` in its entry of the database lists it (portage(5)): its files,
/// and beside them its folders, devices and FIFOs.
public struct OwnedPath: Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    case directory
    /// A file; the time of its last change is in seconds since the epoch.
    case file(modified: Int64)
    case link
    case device
    case fifo
  }

  /// Relative to the root. A folder on the way may be a link there.
  public let path: Path
  public let kind: Kind

  /// Nil for a line of another form.
  init?(line: ArraySlice<UInt8>) {
    let rest = line.dropFirst(4)
    switch line.prefix(4) {
    case let word where word.elementsEqual("dir ".utf8): self.init(rest, .directory)
    case let word where word.elementsEqual("dev ".utf8): self.init(rest, .device)
    case let word where word.elementsEqual("fif ".utf8): self.init(rest, .fifo)
    default:
      guard let file = InstalledFile(line: line), let last = line.lastIndex(of: 0x20),
        let time = Int64(String(decoding: line[last...].dropFirst(), as: UTF8.self))
      else { return nil }
      let isLink = if case .link = file.content { true } else { false }
      self.init(path: file.path, kind: isLink ? .link : .file(modified: time))
    }
  }

  private init?(_ path: ArraySlice<UInt8>, _ kind: Kind) {
    let relative = path.drop { $0 == UInt8(ascii: "/") }
    if relative.isEmpty { return nil }
    self.init(path: Path(bytes: Array(relative)), kind: kind)
  }

  private init(path: Path, kind: Kind) {
    self.path = path
    self.kind = kind
  }
}

extension OwnedPath {
  /// All that a package owns in `root`, in the order in which Portage lists it: a folder before what is in it.
  ///
  /// - Throws: `SystemError` if the list cannot be read. A package without a list owns nothing.
  public static func all(of package: PackageVersion, in root: Path) throws(SystemError) -> [OwnedPath] {
    let file = InstalledPackages.database(of: root) / Path("\(package)") / "CONTENTS"
    do throws(SystemError) {
      return try File.read(file).split(separator: 0x0A).compactMap { OwnedPath(line: $0) }
    } catch {
      if error.isMissing { return [] }
      throw error
    }
  }

  /// Whether a file has the kind, and a regular file also the time, that it had when it was merged.
  public func isUnchanged(_ status: FileStatus) -> Bool {
    switch (kind, status.kind) {
    case (.file(let modified), .file): status.modified / 1_000_000_000 == modified
    case (.directory, .directory), (.link, .symbolicLink), (.fifo, .fifo), (.device, .characterDevice),
      (.device, .blockDevice):
      true
    default: false
    }
  }
}
