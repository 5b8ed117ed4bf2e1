import Glibc
import Platform
import Testing

/// Swift Testing has one, too.
typealias ExitStatus = Platform.ExitStatus

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

/// What a command wrote, and how it ended.
struct Ran: Equatable {
  var status: ExitStatus
  var output: String
}

/// Runs a command to its end with both streams into one pipe.
func run(
  _ arguments: [String], environment: [String] = ["PATH=/usr/bin:/bin"], directory: Path? = nil,
  inheriting: [CInt] = []
) throws -> Ran {
  let program = try #require(ProgramSearch.find(arguments[0], in: "/usr/bin:/bin"))
  let pipe = try FileDescriptor.pipe()
  let child = try ChildProcess(
    program: program, arguments: arguments.map { Array($0.utf8) },
    environment: environment.map { Array($0.utf8) }, directory: directory, output: pipe.write.raw,
    error: pipe.write.raw, inheriting: inheriting)
  let output = try drain(pipe)
  return Ran(status: try child.reap(), output: String(decoding: output, as: UTF8.self))
}

/// Closes the writing end, and reads to the end.
func drain(_ pipe: consuming Pipe) throws -> [UInt8] {
  try pipe.write.close()
  return try pipe.read.readAll()
}
