import Glibc
package import Platform

/// fstatat(2) of many absolute paths. Those below a base folder are looked up from an open descriptor of it,
/// which spares the kernel the way down to it each time.
@safe package struct PathLookup: ~Copyable {
  private let folder: FileDescriptor?
  private let directory: CInt
  /// The base and a slash, without a NUL.
  private let prefix: [CChar]

  /// - Parameter base: if it is nil or cannot be opened, every path is looked up from the root.
  package init(base: Path?) {
    if let base, let opened = try? FileDescriptor.open(base, O_PATH | O_DIRECTORY) {
      directory = opened.raw
      folder = consume opened
      prefix = (base.bytes + [UInt8(ascii: "/")]).map(CChar.init(bitPattern:))
    } else {
      directory = AT_FDCWD
      folder = nil
      prefix = []
    }
  }

  func status(of path: UnsafePointer<CChar>, followingLinks: Bool) -> Result<FileStatus, ErrorNumber> {
    let start = unsafe start(of: path)
    return unsafe FileStatus.of(start.name, in: start.directory, followingLinks: followingLinks)
  }

  /// Whether `matches` holds for what lies below the folder `root`, links not followed: for each of `records`
  /// it is given the status of what is called `name` there.
  func matchAll(
    _ records: Range<Int>, below root: UnsafePointer<CChar>, name: (Int) -> UnsafePointer<CChar>,
    matches: (FileStatus, Int) -> Bool
  ) -> Bool {
    // For a few it costs less to let the kernel walk to the folder than to open and close it.
    if records.count <= 16 {
      return unsafe matchAllByPath(records, below: root, name: name, matches: matches)
    }
    guard let folder = unsafe try? FileDescriptor.open(Path(cString: root), O_PATH | O_DIRECTORY) else {
      return false
    }
    return records.allSatisfy { record in
      guard case .success(let status) = unsafe FileStatus.of(name(record), in: folder.raw) else { return false }
      return matches(status, record)
    }
  }

  /// As `matchAll`, each by its path from where `root` begins. One that is too long for the kernel cannot
  /// match.
  private func matchAllByPath(
    _ records: Range<Int>, below root: UnsafePointer<CChar>, name: (Int) -> UnsafePointer<CChar>,
    matches: (FileStatus, Int) -> Bool
  ) -> Bool {
    let start = unsafe start(of: root)
    let length = unsafe strlen(start.name)
    return unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(PATH_MAX)) { buffer in
      guard let path = buffer.baseAddress, length + 1 < buffer.count else { return false }
      unsafe memcpy(path, start.name, length)
      unsafe path[length] = CChar(bitPattern: UInt8(ascii: "/"))
      for record in records {
        let name = unsafe name(record)
        let size = unsafe strlen(name) + 1
        guard length + 1 + size <= buffer.count else { return false }
        unsafe memcpy(path + length + 1, name, size)
        guard case .success(let status) = unsafe FileStatus.of(path, in: start.directory),
          matches(status, record)
        else { return false }
      }
      return true
    }
  }

  private func start(of path: UnsafePointer<CChar>) -> (directory: CInt, name: UnsafePointer<CChar>) {
    let slash = CChar(bitPattern: UInt8(ascii: "/"))
    // A second slash would make the rest absolute.
    guard !prefix.isEmpty, unsafe strncmp(path, prefix, prefix.count) == 0, unsafe path[prefix.count] != slash,
      unsafe path[prefix.count] != 0
    else { return unsafe (AT_FDCWD, path) }
    return unsafe (directory, path + prefix.count)
  }
}
