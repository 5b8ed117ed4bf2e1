import Glibc
import Platform
import Testing

/// A folder of files for one test, removed with it.
final class TestTree {
  let path: Path

  /// Makes each file of `files` with its content, and folders as needed; a name that ends in `/` is an
  /// empty folder, a content that begins with `-> ` a symbolic link.
  init(_ files: KeyValuePairs<String, String> = [:]) throws {
    let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(folder)/sysbuild-portage-XXXXXX".utf8CString)
    let made = try #require(mkdtemp(&template))
    path = Path(bytes: String(cString: made).utf8)
    for (name, content) in files { try write(name, content) }
  }

  deinit {
    try? Directory.removeTree(path)
  }

  func write(_ name: String, _ content: String) throws {
    if name.hasSuffix("/") {
      try Directory.create(path / name, intermediates: true)
    } else if content.hasPrefix("-> ") {
      try Directory.create((path / name).parent, intermediates: true)
      try File.symlink(Path(content.dropFirst(3)), at: path / name)
    } else {
      try write(name, bytes: Array(content.utf8))
    }
  }

  func write(_ name: String, bytes: [UInt8]) throws {
    try Directory.create((path / name).parent, intermediates: true)
    try File.write(bytes, to: path / name)
  }

  func remove(_ name: String) throws { try File.remove(path / name) }

  func makeExecutable(_ name: String) {
    _ = (path / name).withCString { chmod($0, 0o755) }
  }

  func makeFIFO(_ name: String) throws {
    let result = (path / name).withCString { mkfifo($0, 0o600) }
    try #require(result == 0)
  }
}

/// What `body` throws, as a person reads it; nil if nothing.
func message(_ body: () throws -> Void) -> String? {
  do {
    try body()
    return nil
  } catch {
    return "\(error)"
  }
}
