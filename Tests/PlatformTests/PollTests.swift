import Glibc
import Platform
import Testing

@Test func polling() throws {
  let first = try FileDescriptor.pipe()
  let second = try FileDescriptor.pipe()
  let both = [Poll.Descriptor(first.read.raw), Poll.Descriptor(second.read.raw)]
  #expect(try Poll.wait(for: both, timeout: 0) == [])
  let start = Clock.monotonic
  #expect(try Poll.wait(for: both, timeout: 30) == [])
  #expect(Clock.monotonic - start >= 30_000_000)
  try second.write.writeAll([1])
  #expect(try Poll.wait(for: both) == [Poll.Descriptor(second.read.raw, .readable)])
  #expect(
    try Poll.wait(for: [Poll.Descriptor(second.write.raw, .writable)], timeout: 1000)
      == [Poll.Descriptor(second.write.raw, .writable)])
  #expect(
    try Poll.wait(for: [Poll.Descriptor(1_000_000)], timeout: 1000)
      == [Poll.Descriptor(1_000_000, .invalid)])
}

@Test func hangUp() throws {
  let pipe = try FileDescriptor.pipe()
  let reader = try pipe.read.duplicate()
  try closeWriter(pipe)
  #expect(try Poll.wait(for: [Poll.Descriptor(reader.raw)]) == [Poll.Descriptor(reader.raw, .hangUp)])
}

private func closeWriter(_ pipe: consuming Pipe) throws {
  try pipe.write.close()
}
