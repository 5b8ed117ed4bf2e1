internal import Glibc
public import Platform

/// A folder of its own for one test, removed with the value.
public final class TemporaryFolder: Sendable {
  public let path: Path

  /// - Parameter inMemory: whether to take a file system in memory where there is one, so that nothing that
  ///   is synchronized waits for a disk.
  public init(inMemory: Bool = false) throws {
    let place = inMemory && access("/dev/shm", W_OK | X_OK) == 0 ? "/dev/shm" : "/tmp"
    var template = Array("\(place)/sysbuild-test.XXXXXX".utf8CString)
    guard let name = mkdtemp(&template) else { throw SystemError("cannot make a test folder", code: errno) }
    path = Path(cString: name)
  }

  deinit {
    try? Directory.removeTree(path)
  }

  /// Makes a file and the folders above it.
  @discardableResult
  public func write(_ text: String, to name: Path) throws -> Path {
    let file = path / name
    try Directory.create(file.parent, intermediates: true)
    try File.write(Array(text.utf8), to: file)
    return file
  }

  public func names(_ folder: Path = "") throws -> [Path] {
    try Directory.entries(of: path / folder).map(\.name).sorted()
  }
}

/// Closes the writing end, and reads to the end.
public func drain(_ pipe: consuming Pipe) throws -> [UInt8] {
  try pipe.write.close()
  return try pipe.read.readAll()
}
