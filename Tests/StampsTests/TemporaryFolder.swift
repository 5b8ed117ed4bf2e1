import Glibc
import Platform
import Testing

/// A folder of its own for one test, removed with the value.
final class TemporaryFolder: Sendable {
  let path: Path

  init() throws {
    var template = Array("/tmp/sysbuild-test.XXXXXX".utf8CString)
    guard let name = mkdtemp(&template) else { throw SystemError("cannot make a test folder", code: errno) }
    path = Path(cString: name)
  }

  deinit {
    try? Directory.removeTree(path)
  }

  /// Makes a file and the folders above it.
  @discardableResult
  func write(_ text: String, to name: Path) throws -> Path {
    let file = path / name
    try Directory.create(file.parent, intermediates: true)
    try File.write(Array(text.utf8), to: file)
    return file
  }

  func names(_ folder: Path = "") throws -> [Path] {
    try Directory.entries(of: path / folder).map(\.name).sorted()
  }
}

/// What `sha256sum` says of `bytes`.
func sha256sum(_ bytes: [UInt8], _ folder: TemporaryFolder) throws -> String {
  let file = folder.path / "text"
  try File.write(bytes, to: file)
  let pipe = try FileDescriptor.pipe()
  let child = try ChildProcess(
    program: "/usr/bin/sha256sum", arguments: [Array("sha256sum".utf8), file.bytes], environment: [],
    output: pipe.write.raw, error: 2)
  let output = try drain(pipe)
  _ = try child.reap()
  return String(decoding: output.prefix(64), as: UTF8.self)
}

/// Closes the writing end, and reads to the end.
private func drain(_ pipe: consuming Pipe) throws -> [UInt8] {
  try pipe.write.close()
  return try pipe.read.readAll()
}
