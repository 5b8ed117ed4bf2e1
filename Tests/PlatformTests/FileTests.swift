import Glibc
import Platform
import TestSupport
import Testing

@Test func wholeFiles() throws {
  let folder = try TemporaryFolder()
  // Around the sizes at which reading takes another block.
  for size in [0, 1, 4094, 4095, 4096, 4097, 65535, 65536, 200_000] {
    let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 * 7) }
    try File.write(bytes, to: folder.path / "file")
    #expect(try File.read(folder.path / "file") == bytes, "\(size) bytes")
  }
  // Files that say they are empty.
  #expect(try File.read("/proc/self/cmdline").isEmpty == false)
  let error = #expect(throws: SystemError.self) { try File.read(folder.path / "missing") }
  #expect(error?.description == "cannot read '\(folder.path)/missing': No such file or directory")
  #expect(error?.isMissing == true)
  #expect(throws: SystemError("cannot read", folder.path, code: EISDIR)) { try File.read(folder.path) }
}

@Test func links() throws {
  let folder = try TemporaryFolder()
  let target = Path(String(repeating: "../", count: 200) + "nowhere")
  try File.symlink(target, at: folder.path / "link")
  #expect(try File.readLink(folder.path / "link") == target.bytes)
  #expect(File.exists(folder.path / "link"))
  #expect(try FileStatus(folder.path / "link").kind == .symbolicLink)
  #expect(throws: SystemError.self) { try FileStatus(folder.path / "link", followingLinks: true) }
  try File.remove(folder.path / "link")
  #expect(!File.exists(folder.path / "link"))
  #expect(throws: SystemError.self) { try File.remove(folder.path / "link") }
  try File.remove(folder.path / "link", missingIsFine: true)
}

@Test func statusOfKinds() throws {
  let folder = try TemporaryFolder()
  let file = try folder.write("hello", to: "file")
  #expect(chmod("\(file)", 0o4741) == 0)
  let status = try FileStatus(file)
  #expect(status.kind == .file && status.size == 5 && status.permissions == 0o4741 && status.isExecutable)
  #expect(chmod("\(file)", 0o077) == 0)
  #expect(try FileStatus(file).isExecutable == false)
  #expect(mkfifo("\(folder.path)/fifo", 0o600) == 0)
  #expect(try FileStatus(folder.path / "fifo").kind == .fifo)
  #expect(try FileStatus("/dev/null").kind == .characterDevice)
  #expect(FileStatus.Kind.fifo.name == "a FIFO")

  var times = [timespec(tv_sec: -2, tv_nsec: 5), timespec(tv_sec: 1_700_000_000, tv_nsec: 123_456_789)]
  #expect(utimensat(AT_FDCWD, "\(file)", &times, 0) == 0)
  #expect(try FileStatus(file).modified == 1_700_000_000_123_456_789)
  #expect(abs(try FileStatus(file).changed - Clock.wall) < 5_000_000_000)
}

/// A second is 1,000,000,000 ns. FAT keeps even seconds, ext4 with small inodes seconds, NTFS 100 ns.
@Test(
  arguments: [
    (5_123_456_789, 5_123_456_788, true),
    (5_123_456_789, 5_123_456_789, true),
    (5_123_456_789, 5_123_456_790, false),
    (5_123_456_700, 5_123_456_799, true),
    (5_123_456_700, 5_123_456_800, false),
    (5_000_000_000, 6_999_999_999, true),
    (5_000_000_000, 7_000_000_000, false),
    (0, 1_999_999_999, true),
    (-5_123_456_789, 5, false),
    (-5_000_000_000, -3_000_000_001, true),
    (-5_000_000_000, -3_000_000_000, false),
  ] as [(Int64, Int64, Bool)])
func racyStatus(_ changed: Int64, _ time: Int64, _ isRacy: Bool) {
  for modified: Int64 in [0, changed, 4_102_444_800_000_000_000] {
    var buffer = stat()
    (buffer.st_ctim, buffer.st_mtim) = (timespec(changed), timespec(modified))
    let status = FileStatus(buffer)
    #expect(status.changed == changed && status.modified == modified)
    #expect(status.isRacy(at: time) == isRacy)
  }
}

extension timespec {
  fileprivate init(_ nanoseconds: Int64) {
    let seconds = (nanoseconds - (nanoseconds < 0 ? 999_999_999 : 0)) / 1_000_000_000
    self.init(tv_sec: Int(seconds), tv_nsec: Int(nanoseconds - seconds * 1_000_000_000))
  }
}

@Test func statusInADirectory() throws {
  let folder = try TemporaryFolder()
  let file = try folder.write("hello", to: "file")
  let directory = try FileDescriptor.open(folder.path, O_RDONLY | O_DIRECTORY)
  #expect(try FileStatus.of("file", in: directory.raw).get() == FileStatus(file))
  #expect(FileStatus.of("missing", in: directory.raw) == .failure(ErrorNumber(code: ENOENT)))
}

@Test func directoryEntries() throws {
  let folder = try TemporaryFolder()
  try folder.write("", to: "file")
  try folder.write("", to: ".hidden")
  try folder.write("", to: "...")
  try folder.write("", to: "folder/below")
  try File.symlink("folder", at: folder.path / "link")
  let odd = Path(bytes: [0xFF, 0x0A])
  try File.write([], to: folder.path / odd)
  let entries = try Directory.entries(of: folder.path).sorted { $0.name < $1.name }
  #expect(entries.map(\.name) == ["...", ".hidden", "file", "folder", "link", odd])
  #expect(entries.map(\.kind) == [.file, .file, .file, .directory, .symbolicLink, .file])
  #expect(try Directory.entries(of: folder.path / "link").map(\.name) == ["below"])
  #expect(throws: SystemError("cannot read directory", folder.path / "file", code: ENOTDIR)) {
    try Directory.entries(of: folder.path / "file")
  }
}

@Test func makingDirectories() throws {
  let folder = try TemporaryFolder()
  try Directory.create(folder.path / "a/b/c", intermediates: true)
  try Directory.create(folder.path / "a/b/c", intermediates: true)
  try Directory.create(folder.path / "a//d/../e/", intermediates: true)
  #expect(try folder.names("a") == ["b", "d", "e"])
  #expect(throws: SystemError.self) { try Directory.create(folder.path / "a") }
  #expect(throws: SystemError.self) { try Directory.create(folder.path / "x/y") }
  try File.symlink("a", at: folder.path / "link")
  try Directory.create(folder.path / "link", intermediates: true)
  // Nobody can make one there; root is told ENOENT, as if a parent were missing.
  #expect(throws: SystemError.self) {
    try Directory.create("/proc/sysbuild/below", intermediates: true)
  }
  let file = try folder.write("", to: "file")
  #expect(throws: SystemError("cannot make directory", file, code: EEXIST)) {
    try Directory.create(file, intermediates: true)
  }
  #expect(throws: SystemError("cannot make directory", file / "below", code: ENOTDIR)) {
    try Directory.create(file / "below", intermediates: true)
  }
}

@Test func removingTreesDoesNotFollowLinks() throws {
  let folder = try TemporaryFolder()
  try folder.write("kept", to: "outside/kept")
  try folder.write("", to: "tree/a/b/file")
  try folder.write("", to: "tree/.hidden")
  #expect(mkfifo("\(folder.path)/tree/fifo", 0o600) == 0)
  try File.symlink("../outside", at: folder.path / "tree/to-directory")
  try File.symlink("../outside/kept", at: folder.path / "tree/a/to-file")
  try File.symlink("outside", at: folder.path / "link")
  try Directory.removeTree(folder.path / "tree")
  try Directory.removeTree(folder.path / "link")
  try Directory.removeTree(folder.path / "missing")
  #expect(try folder.names() == ["outside"])
  #expect(try File.read(folder.path / "outside/kept") == Array("kept".utf8))
}

/// Root may not mount in every container.
private let canMount: Bool = {
  guard geteuid() == 0, let folder = try? TemporaryFolder() else { return false }
  return withExtendedLifetime(folder) {
    mount("\(folder.path)", "\(folder.path)", nil, UInt(MS_BIND), nil) == 0 && umount("\(folder.path)") == 0
  }
}()

@Test(.enabled(if: canMount, "nothing can be mounted"), arguments: ["tree/mount", "tree"])
func removingTreesStopsAtMountPoints(_ tree: String) throws {
  let folder = try TemporaryFolder()
  try folder.write("kept", to: "outside/kept")
  try Directory.create(folder.path / "tree/mount", intermediates: true)
  // A bind mount has the device number of what is around it.
  #expect(mount("\(folder.path)/outside", "\(folder.path)/tree/mount", nil, UInt(MS_BIND), nil) == 0)
  let error = #expect(throws: SystemError.self) { try Directory.removeTree(folder.path / tree) }
  #expect(error == SystemError("cannot remove mount point", folder.path / "tree/mount", code: EBUSY))
  #expect(try folder.names("outside") == ["kept"])
  #expect(umount("\(folder.path)/tree/mount") == 0)
}

@Test func mappedFiles() throws {
  let folder = try TemporaryFolder()
  let file = try folder.write("content", to: "file")
  let mapped = try MappedFile(file)
  try AtomicFile.write(Array("another".utf8), to: file, durable: false)
  #expect(mapped.withBytes { Array($0) } == Array("content".utf8))
  let empty = try folder.write("", to: "empty")
  let mappedEmpty = try MappedFile(empty)
  #expect(mappedEmpty.withBytes { $0.isEmpty })
  #expect(throws: SystemError.self) { _ = try MappedFile(folder.path) }
  #expect(throws: SystemError.self) { _ = try MappedFile(folder.path / "missing") }
}

@Test func descriptors() throws {
  let pipe = try FileDescriptor.pipe()
  #expect(fcntl(pipe.read.raw, F_GETFD) == FD_CLOEXEC)
  #expect(fcntl(pipe.write.raw, F_GETFD) == FD_CLOEXEC)
  try pipe.read.setNonBlocking(true)
  var byte: UInt8 = 0
  #expect(throws: SystemError("cannot read", code: EAGAIN)) {
    try withUnsafeMutableBytes(of: &byte) { try pipe.read.read(into: $0) }
  }
  try pipe.write.writeAll([7])
  #expect(try withUnsafeMutableBytes(of: &byte) { try pipe.read.read(into: $0) } == 1)
  #expect(byte == 7)
  #expect(throws: SystemError("cannot write", code: ENOSPC)) {
    try FileDescriptor.open("/dev/full", O_WRONLY).writeAll([1])
  }
  let raw = try FileDescriptor.open("/dev/null", O_RDONLY).duplicate().relinquish()
  #expect(fcntl(raw, F_GETFD) == FD_CLOEXEC)
  try FileDescriptor(raw: raw).close()
}
