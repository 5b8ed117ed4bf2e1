import Platform
import TestSupport
import Testing

/// What a program writes to its standard output; empty if it fails.
func output(of command: [String]) throws -> String {
  let pipe = try FileDescriptor.pipe()
  let child = try ChildProcess(
    program: Path(command[0]), arguments: command.map { Array($0.utf8) },
    environment: [Array("PATH=/usr/sbin:/usr/bin:/sbin:/bin".utf8)], output: pipe.write.raw, error: 2)
  let output = try drain(pipe)
  return try child.reap().isSuccess ? String(decoding: output, as: UTF8.self) : ""
}

/// What `sha256sum` says of `bytes`.
func sha256sum(_ bytes: [UInt8], _ folder: TemporaryFolder) throws -> String {
  let file = folder.path / "text"
  try File.write(bytes, to: file)
  return try String(output(of: ["/usr/bin/sha256sum", "\(file)"]).prefix(64))
}
