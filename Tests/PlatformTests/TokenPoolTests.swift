import Glibc
import Platform
import TestSupport
import Testing

/// A descriptor of the pipe that an exec would keep, as a make hands it to a command.
private func inheritable(_ descriptor: borrowing FileDescriptor) throws -> FileDescriptor {
  let copy = try descriptor.duplicate()
  try #require(fcntl(copy.raw, F_SETFD, 0) == 0)
  return copy
}

@Suite struct TokenPoolTests {
  @Test func aFIFO() throws {
    let folder = try TemporaryFolder()
    let path = folder.path / "with blanks \u{e9}"
    let server = try TokenPool(makingFIFO: path, tokens: 3)
    let client = try TokenPool(at: path)
    #expect(try server.count() == 3)
    #expect(try client.take() && client.take() && server.take())
    #expect(try !client.take() && !server.take())
    #expect(try Poll.wait(for: [Poll.Descriptor(client.pollDescriptor)], timeout: 0).isEmpty)
    try server.putBack()
    try server.putBack()
    #expect(try Poll.wait(for: [Poll.Descriptor(client.pollDescriptor)], timeout: 0).count == 1)
    #expect(try client.take())
    #expect(client.held == Array("+++".utf8) && server.held == [])
  }

  /// Each token is put back as it was.
  @Test func tokensAreNoneAlike() throws {
    let pipe = try FileDescriptor.pipe()
    try pipe.write.writeAll(Array("abc".utf8))
    let reading = try inheritable(pipe.read)
    let writing = try inheritable(pipe.write)
    let pool = try TokenPool(inheritedReading: reading.raw, writing: writing.raw)
    #expect(try pool.take() && pool.take())
    #expect(pool.held == Array("ab".utf8))
    try pool.putBack()
    try pool.putBack()
    #expect(try pool.count() == 3)
    #expect(try Set(pipe.read.read(upTo: 10)) == Set("abc".utf8))
  }

  /// The open file that a make shares with all its children keeps its flags: a read of theirs waits.
  @Test func theInheritedPipeStaysAsItWas() throws {
    let pipe = try FileDescriptor.pipe()
    let reading = try inheritable(pipe.read)
    let writing = try inheritable(pipe.write)
    let flags = [fcntl(reading.raw, F_GETFL), fcntl(writing.raw, F_GETFL)]
    let pool = try TokenPool(inheritedReading: reading.raw, writing: writing.raw)
    #expect(try !pool.take())
    #expect([fcntl(reading.raw, F_GETFL), fcntl(writing.raw, F_GETFL)] == flags)
    #expect(flags[0] & O_NONBLOCK == 0)
  }

  @Test func putBackAtTheEnd() throws {
    let folder = try TemporaryFolder()
    let server = try TokenPool(makingFIFO: folder.path / "fifo", tokens: 4)
    do {
      let client = try TokenPool(at: folder.path / "fifo")
      #expect(try client.take() && client.take())
      #expect(try server.count() == 2)
    }
    #expect(try server.count() == 4)
  }

  @Test func lostAndSurplusTokens() throws {
    let folder = try TemporaryFolder()
    let server = try TokenPool(makingFIFO: folder.path / "fifo", tokens: 4)
    let careless = try FileDescriptor.open(folder.path / "fifo", O_RDWR)
    _ = try careless.read(upTo: 3)
    #expect(try server.count() == 1)
    try server.fill(to: 4)
    #expect(try server.count() == 4)
    try careless.writeAll([1, 2])
    try server.fill(to: 4)
    #expect(try server.count() == 4)
  }

  @Test func manyTokensAndALeftOver() throws {
    let folder = try TemporaryFolder()
    for count in [0, 1023] {
      let pool = try TokenPool(makingFIFO: folder.path / "fifo", tokens: count)
      #expect(try pool.count() == count)
    }
  }

  /// Descriptors that a make has closed: the numbers are free, or those of other files.
  @Test func descriptorsThatAreNoJobserver() throws {
    let folder = try TemporaryFolder()
    try File.write([], to: folder.path / "file")
    let first = try FileDescriptor.pipe()
    let second = try FileDescriptor.pipe()
    let file = try FileDescriptor.open(folder.path / "file", O_RDWR)
    let reading = try inheritable(first.read)
    let writing = try inheritable(second.write)
    let other = try inheritable(file)
    let numbers: [(CInt, CInt)] = [
      (-2, -2), (1_000_000, 1_000_001), (other.raw, other.raw), (reading.raw, other.raw),
      // The ends of two pipes; and this process's own, which no make can have given it.
      (reading.raw, writing.raw), (first.read.raw, first.write.raw),
    ]
    for (reading, writing) in numbers {
      let error = #expect(throws: SystemError.self) {
        _ = try TokenPool(inheritedReading: reading, writing: writing)
      }
      #expect(error?.code == EBADF)
    }
  }

  @Test func pathsThatAreNoFIFO() throws {
    let folder = try TemporaryFolder()
    try File.write([], to: folder.path / "file")
    for (name, code) in [("file", ENOSTR), (".", ENOSTR), ("none", ENOENT)] as [(String, CInt)] {
      let error = #expect(throws: SystemError.self) { _ = try TokenPool(at: folder.path / name) }
      #expect(error?.code == code)
    }
  }
}
