import Platform
import TestSupport
import Testing

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
