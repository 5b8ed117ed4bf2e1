import Glibc
import Platform
import TestSupport
import Testing

@Suite struct MountTests {
  @Test func table() {
    let text = """
      22 27 0:20 / /sys rw,nosuid shared:7 - sysfs sysfs rw
      36 35 98:0 /mnt1 /mnt\\0402 rw,noatime master:1 propagate_from:2 - ext3 /dev/root rw,errors=continue
      40 35 0:30 / /src ro - 9p src ro,sync,cache=0xf,trans=virtio

      a line of another kind
      1 2 3 4 5 6 -
      """
    #expect(
      Mount.table(Array(text.utf8)).map { "\($0.point) \($0.type) \($0.options)" } == [
        #"/sys sysfs ["rw"]"#, #"/mnt 2 ext3 ["rw", "errors=continue"]"#,
        #"/src 9p ["ro", "sync", "cache=0xf", "trans=virtio"]"#,
      ])
  }

  @Test func whereAPathLies() throws {
    #expect(Mount.holding("/proc/self")?.type == "proc")
    let folder = try TemporaryFolder()
    try File.symlink("/proc", at: folder.path / "link")
    #expect(Mount.holding(folder.path / "link/1")?.type == "proc")
    #expect(Mount.holding(folder.path / "none") == nil)
  }

  /// The kernel answers EBUSY for a mount in which a file is open for writing.
  @Test(.exitTest, .enabled(if: getuid() == 0)) func mountsThatStayWritable() async {
    await #expect(processExitsWith: .success) {
      let folder = try TemporaryFolder()
      let (outer, inner) = (folder.path / "busy", folder.path / "busy/inner")
      try Directory.create(inner, intermediates: true)
      let before = try FileDescriptor.open("/proc/thread-self/ns/mnt", O_RDONLY)
      try MountNamespace.enter()
      // Where the folder can be removed again.
      defer { _ = setns(before.raw, CLONE_NEWNS) }
      for mount in [folder.path, outer, inner] { #expect(MountNamespace.bind(mount, over: mount)) }
      var files: [CInt] = []
      for mount in [outer, inner] {
        files.append(try FileDescriptor.open(mount / "file", O_WRONLY | O_CREAT).relinquish())
      }
      #expect(
        MountNamespace.makeReadOnly(["/"], except: []) == [
          SystemError("cannot make read-only", outer, code: EBUSY)
        ])
      #expect(throws: SystemError.self) { try File.write([], to: folder.path / "new") }
      try File.write([], to: outer / "new")
      for file in files { close(file) }
      #expect(MountNamespace.makeReadOnly(["/"], except: []) == [])
      #expect(throws: SystemError.self) { try File.write([], to: inner / "new") }
    }
  }
}

@Suite struct FileSystemTrialTests {
  @Test func aGoodFileSystem() throws {
    let folder = try TemporaryFolder()
    do {
      let trial = try FileSystemTrial(in: folder.path)
      try trial.mapShared()
      try trial.replace()
      try trial.link()
      #expect(try trial.isCaseSensitive())
      #expect(try abs(trial.clockDifference()) < 60_000_000_000)
    }
    #expect(try folder.names() == [])
    #expect(try FileSystemTrial.freeSpace(at: folder.path) > 0)
  }

  /// Files there are made by nobody.
  @Test func oneThatRefuses() throws {
    let error = #expect(throws: SystemError.self) { _ = try FileSystemTrial(in: "/proc") }
    #expect(error?.path?.parent == "/proc")
  }
}
