import Glibc
package import Platform

/// A folder of files for one test, removed with it.
package final class TestTree {
  package let path: Path

  /// Makes each file of `files` with its content, and folders as needed; a name that ends in `/` is an
  /// empty folder, a content that begins with `-> ` a symbolic link.
  package init(_ files: KeyValuePairs<String, String> = [:]) throws {
    let folder = Environment.value("TMPDIR").map { Path(bytes: $0) } ?? "/tmp"
    path = try Directory.createTemporary(prefix: folder / "sysbuild-portage-")
    for (name, content) in files { try write(name, content) }
  }

  deinit {
    try? Directory.removeTree(path)
  }

  package func write(_ name: String, _ content: String) throws {
    if name.hasSuffix("/") {
      try Directory.create(path / name, intermediates: true)
    } else if content.hasPrefix("-> ") {
      try Directory.create((path / name).parent, intermediates: true)
      try File.symlink(Path(content.dropFirst(3)), at: path / name)
    } else {
      try write(name, bytes: Array(content.utf8))
    }
  }

  package func write(_ name: String, bytes: [UInt8]) throws {
    try Directory.create((path / name).parent, intermediates: true)
    try File.write(bytes, to: path / name)
  }

  package func remove(_ name: String) throws { try File.remove(path / name) }

  package func makeExecutable(_ name: String) {
    _ = (path / name).withCString { chmod($0, 0o755) }
  }

  package func makeFIFO(_ name: String) throws {
    let result = (path / name).withCString { mkfifo($0, 0o600) }
    if result != 0 { throw SystemError("cannot make FIFO", path / name, code: errno) }
  }
}

/// What `body` throws, as a person reads it; nil if nothing.
package func message(_ body: () throws -> Void) -> String? {
  do {
    try body()
    return nil
  } catch {
    return "\(error)"
  }
}
