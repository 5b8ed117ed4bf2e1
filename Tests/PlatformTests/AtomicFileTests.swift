import Glibc
import Platform
import TestSupport
import Testing

@Test(arguments: [true, false])
func atomicWriteReplaces(durable: Bool) throws {
  let folder = try TemporaryFolder()
  let file = folder.path / "stamp"
  try AtomicFile.write(Array("one".utf8), to: file, permissions: 0o700, durable: durable)
  #expect(try File.read(file) == Array("one".utf8))
  #expect(try FileStatus(file).permissions & 0o700 == 0o700)
  let first = try FileStatus(file).inode
  let reader = try FileDescriptor.open(file, O_RDONLY)
  try AtomicFile.write(Array("second".utf8), to: file, permissions: 0o600, durable: durable)
  #expect(try File.read(file) == Array("second".utf8))
  #expect(try FileStatus(file).inode != first)
  #expect(try FileStatus(file).permissions == 0o600)
  #expect(try reader.readAll() == Array("one".utf8), "a reader of the old file keeps it")
  #expect(try folder.names() == ["stamp"])
}

@Test func atomicWriteReplacesALinkAndNotItsTarget() throws {
  let folder = try TemporaryFolder()
  let target = try folder.write("target", to: "target")
  try File.symlink("target", at: folder.path / "link")
  try AtomicFile.write([], to: folder.path / "link")
  #expect(try FileStatus(folder.path / "link").kind == .file)
  #expect(try File.read(target) == Array("target".utf8))
}

@Test func replacingALink() throws {
  let folder = try TemporaryFolder()
  let link = folder.path / "link"
  try folder.write("target", to: "file")
  try File.symlink("file", at: link)
  try AtomicFile.replaceLink("nowhere", at: link)
  #expect(try File.readLink(link) == Array("nowhere".utf8))
  try AtomicFile.replaceLink("elsewhere", at: folder.path / "file")
  #expect(try File.readLink(folder.path / "file") == Array("elsewhere".utf8))
  try AtomicFile.replaceLink("new", at: folder.path / "new")
  try Directory.create(folder.path / "folder/below", intermediates: true)
  #expect(throws: SystemError("cannot rename to", folder.path / "folder", code: EISDIR)) {
    try AtomicFile.replaceLink("x", at: folder.path / "folder")
  }
  #expect(throws: SystemError("cannot make link", folder.path / "missing/link", code: ENOENT)) {
    try AtomicFile.replaceLink("x", at: folder.path / "missing/link")
  }
  #expect(try folder.names() == ["file", "folder", "link", "new"])
}

/// Links, too, but nothing that is only called so.
@Test func tidyingUp() throws {
  let folder = try TemporaryFolder()
  for name in [".stamp.1.2.tmp", "stamp", ".stamp.tmp"] { try folder.write("", to: Path(name)) }
  try File.symlink("stamp", at: folder.path / ".link.1.2.tmp")
  try File.symlink("nowhere", at: folder.path / ".link.1.3.tmp")
  try folder.write("", to: ".folder.1.2.tmp/file")
  try AtomicFile.removeTemporaries(in: folder.path)
  #expect(try folder.names() == [".folder.1.2.tmp", ".stamp.tmp", "stamp"])
}

@Test func atomicWriteFails() throws {
  let folder = try TemporaryFolder()
  #expect(throws: SystemError("cannot create", folder.path / "missing/file", code: ENOENT)) {
    try AtomicFile.write([1], to: folder.path / "missing/file")
  }
  // rename(2) fails last, when the temporary file is there.
  try Directory.create(folder.path / "directory/below", intermediates: true)
  #expect(throws: SystemError("cannot rename to", folder.path / "directory", code: EISDIR)) {
    try AtomicFile.write([1], to: folder.path / "directory")
  }
  #expect(try folder.names() == ["directory"])
}

@Test func atomicWriteSparesTemporaryFilesOfOthers() throws {
  let folder = try TemporaryFolder()
  // Whatever number it would take next, these are in its way.
  let taken = (0..<2000).map { Path(".stamp.\(getpid()).\($0).tmp") }
  for name in taken { try File.write([9], to: folder.path / name) }
  try AtomicFile.write([1], to: folder.path / "stamp", durable: false)
  #expect(try File.read(folder.path / "stamp") == [1])
  #expect(try folder.names() == (taken + ["stamp"]).sorted())
}

@Test func atomicWriteOfALongName() throws {
  let folder = try TemporaryFolder()
  let name = Path(String(repeating: "n", count: 255))
  try AtomicFile.write([1, 2], to: folder.path / name)
  #expect(try folder.names() == [name])
}

@Test(arguments: [
  (".stamp.12.3.tmp", true), (".a.b.12.3.tmp", true), ("stamp.12.3.tmp", false), (".stamp.12.tmp", false),
  (".stamp.12.x.tmp", false), (".stamp.12.3.tmpx", false), (".tmp", false), ("", false),
])
func temporaryNames(_ name: String, _ expected: Bool) {
  #expect(AtomicFile.isTemporary(Path(name)) == expected)
}

@Test(.exitTest) func aKilledWriteLeavesAKnownTemporaryFile() async throws {
  let folder = try TemporaryFolder()
  let path = "\(folder.path)/stamp"
  await #expect(processExitsWith: .signal(SIGXFSZ)) { [path = path as String] in
    // The thread that tests run on blocks it.
    var none = sigset_t()
    sigemptyset(&none)
    pthread_sigmask(SIG_SETMASK, &none, nil)
    var limit = rlimit(rlim_cur: 10, rlim_max: 10)
    setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
    try AtomicFile.write([UInt8](repeating: 1, count: 100), to: Path(path))
  }
  let names = try folder.names()
  #expect(names.count == 1)
  #expect(names.allSatisfy { AtomicFile.isTemporary($0) })
}
