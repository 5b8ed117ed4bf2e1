import Glibc
import Platform
import TestSupport
import Testing

@Test func lockKeepsAnotherProcessOut() throws {
  let folder = try TemporaryFolder()
  let path = folder.path / "lock"
  let other = ["flock", "-n", "\(path)", "true"]
  switch try FileLock.tryLock(path, doing: "world") {
  case .busy: Issue.record("nobody else holds it")
  case .acquired(let lock):
    #expect(try run(other).status == .exited(1))
    let text = String(decoding: try File.read(path), as: UTF8.self)
    let namespace = String(decoding: try File.readLink("/proc/self/ns/pid"), as: UTF8.self)
    #expect(text.hasPrefix("pid \(getpid())\nin \(namespace)\nsince 2"))
    #expect(text.hasSuffix("Z\ndoing world\n"))
    try lock.update("x\ny")
    #expect(String(decoding: try File.read(path), as: UTF8.self).hasSuffix("Z\ndoing x y\n"))
    // flock(2) holds for an open file, not for a process: a second open is another.
    switch try FileLock.tryLock(path) {
    case .acquired: Issue.record("it is held")
    case .busy(let holder):
      #expect(holder.pid == getpid())
      #expect(holder.doing == "x y" && holder.namespace == namespace && holder.isVisible)
      #expect(abs((holder.since ?? 0) - Clock.wall) < 60_000_000_000)
      #expect(holder.description.hasPrefix("process \(getpid()), x y, since 2"))
    }
  }
  #expect(try run(other).status == .exited(0))
  #expect(try File.read(path).isEmpty)
}

@Test func lockOfAnotherProcess() throws {
  let folder = try TemporaryFolder()
  let path = folder.path / "lock"
  try File.write(Array("no text of ours".utf8), to: path)
  let pipe = try FileDescriptor.pipe()
  let script = "echo ready; exec sleep 60"
  let child = try ChildProcess(
    program: "/usr/bin/flock",
    arguments: ["flock", "-n", "\(path)", "sh", "-c", script].map { Array($0.utf8) },
    environment: [Array("PATH=/usr/bin:/bin".utf8)], output: pipe.write.raw, error: 2)
  defer { child.signalGroup(SIGKILL) }
  var byte: UInt8 = 0
  #expect(try withUnsafeMutableBytes(of: &byte) { try pipe.read.read(into: $0) } == 1)
  switch try FileLock.tryLock(path) {
  case .acquired: Issue.record("another process holds it")
  case .busy(let holder):
    #expect(holder.pid == nil && holder.since == nil && holder.doing.isEmpty)
    #expect(holder.description == "another process")
  }
  #expect(child.signalGroup(SIGKILL))
  #expect(try drain(pipe) == Array("eady\n".utf8))
  _ = try child.reap()
  switch try FileLock.tryLock(path) {
  case .acquired: break
  case .busy: Issue.record("the kernel frees the lock of a dead process")
  }
}

/// Who asks whether a file is held keeps nobody from holding it.
@Test func askingTakesNothing() throws {
  let folder = try TemporaryFolder()
  let path = folder.path / "log"
  try File.write([], to: path)
  concurrently(2, threads: 2, minimum: 1) { range in
    for index in range {
      for _ in 1...5000 {
        do {
          let file = try FileDescriptor.open(path, index == 0 ? O_RDONLY : O_RDWR)
          if index == 0 {
            _ = try file.isHeldElsewhere()
          } else {
            #expect(try file.tryHold())
            // Not left to the close: a child that some other test is just starting has a copy of the
            // descriptor.
            var lock = flock()
            lock.l_type = Int16(F_UNLCK)
            #expect(fcntl(file.raw, F_OFD_SETLK, &lock) == 0)
          }
        } catch {
          Issue.record(error)
        }
      }
    }
  }
  let holder = try FileDescriptor.open(path, O_WRONLY | O_APPEND)
  #expect(try holder.tryHold())
  #expect(try FileDescriptor.open(path, O_RDONLY).isHeldElsewhere())
  #expect(try !holder.isHeldElsewhere())
  #expect(try !FileDescriptor.open(path, O_RDWR).tryHold())
  try holder.close()
  #expect(try !FileDescriptor.open(path, O_RDONLY).isHeldElsewhere())
}
