import Glibc
import Platform
import TestSupport
import Testing

@testable import Stamps

/// Counted by the kernel, for this thread, on which so few files are read.
@Test func whatIsUnchangedIsNotRead() throws {
  let fixture = try TreeFixture()
  let size = 300_000
  for name: Path in ["a", "sub/b"] { try fixture.write(name, String(repeating: "x", count: size)) }
  fixture.settle()
  let file = FileIndex.Subject(fixture.root / "a", .file)
  func read() throws -> Int {
    let index = FileIndex(fixture.file)
    let before = try bytesRead()
    try index.refresh([fixture.tree, file])
    let count = try bytesRead() - before
    try index.save()
    return count
  }
  #expect(try read() > 3 * size)
  #expect(try read() < 10_000)
  #expect(try read() < 10_000)
  #expect(chmod("\(fixture.root)/sub/b", 0o600) == 0)
  let count = try read()
  #expect(count > size && count < 2 * size, "the one whose status is new")
  // Written within the tick of the scan that reads it: it could have been written once more unseen.
  var again = 0
  for _ in 0..<20 {
    try fixture.write("sub/b", String(repeating: "y", count: size))
    _ = try read()
    if try read() > size { again += 1 }
    fixture.settle()
    _ = try read()
    #expect(try read() < 10_000)
  }
  #expect(again > 10, "\(again) of 20; on a machine under load a tick may pass")
}

private func bytesRead() throws -> Int {
  let text = String(decoding: try File.read("/proc/thread-self/io"), as: UTF8.self)
  let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("rchar: ") })
  return try #require(Int(line.dropFirst(7)))
}

/// Nobody can set the time of change: content replaced and the times restored is noticed all the same.
@Test func restoredTimes() throws {
  let fixture = try TreeFixture()
  fixture.settle()
  let before = try fixture.look()
  let name = "\(fixture.root)/a"
  var status = stat()
  #expect(stat(name, &status) == 0)
  try fixture.write("a", "eno")
  var times = [status.st_atim, status.st_mtim]
  #expect(utimensat(AT_FDCWD, name, &times, 0) == 0)
  #expect(try fixture.look() != before)
}

/// A file that is dated in the future, by itself and in a tree, is read once, and again when it changes.
@Test func timesInTheFuture() throws {
  let fixture = try TreeFixture()
  let size = 300_000
  let path = fixture.root / "a"
  let subjects = [fixture.tree, FileIndex.Subject(path, .file)]
  func write(_ character: String) throws {
    try File.write(text(String(repeating: character, count: size)), to: path)
    setModified(4_000_000_000_000_000_000, of: path)
    fixture.settle()
  }
  func look() throws -> (read: Int, seen: [Observation?]) {
    let index = FileIndex(fixture.file)
    let before = try bytesRead()
    try index.refresh(subjects)
    let read = try bytesRead() - before
    try index.save()
    return (read, subjects.map(index.observation))
  }
  try write("x")
  let first = try look()
  #expect(first.read > 2 * size)
  for _ in 0..<2 {
    let next = try look()
    #expect(next.read < 10_000)
    #expect(next.seen == first.seen)
  }
  try write("y")
  let changed = try look()
  #expect(zip(changed.seen, first.seen).allSatisfy { $0 != $1 })
}

/// Mounts ext4 with inodes of 128 bytes, which has times of whole seconds, on `disk`, and makes a file there.
///
/// - Returns: the time of that file's change, in words; empty if nothing could be mounted.
private func mountOldDisk(on disk: Path) throws -> String {
  try Directory.create(disk)
  let script = """
    truncate -s 8M "$0.image" && mkfs.ext4 -q -I 128 "$0.image" 2>/dev/null && mount -o loop "$0.image" "$0" && cd "$0" &&
      echo 1000 >file && stat -c %z file
    """
  return try output(of: ["/bin/sh", "-c", script, "\(disk)"])
}

/// Some containers have no loop devices.
private let canMountOldDisk: Bool = {
  guard geteuid() == 0, let folder = try? TemporaryFolder() else { return false }
  let disk = folder.path / "disk"
  guard let time = try? mountOldDisk(on: disk), !time.isEmpty else { return false }
  return withExtendedLifetime(folder) { umount2("\(disk)", CInt(MNT_DETACH)) == 0 }
}()

/// A file that is written twice within a second on a file system whose times are whole seconds.
@Test(.enabled(if: canMountOldDisk, "no loop device can be mounted")) func timesOfWholeSeconds() throws {
  let folder = try TemporaryFolder()
  let disk = folder.path / "disk"
  let time = try mountOldDisk(on: disk)
  defer { withExtendedLifetime(folder) { #expect(umount2("\(disk)", CInt(MNT_DETACH)) == 0) } }
  #expect(time.contains(".000000000 "))
  let subject = FileIndex.Subject(disk / "file", .file)
  var (round, unseen) = (0, 0)
  while round < 5 || unseen == 0 {
    round += 1
    let index = FileIndex(folder.path / "index")
    try index.refresh([subject])
    try index.save()
    let before = try FileStatus(disk / "file")
    try File.write(text("\(1000 + round)\n"), to: disk / "file")
    if try FileStatus(disk / "file") == before { unseen += 1 }
    let next = FileIndex(folder.path / "index")
    try next.refresh([subject])
    #expect(next.observation(subject)?.digest == SHA256.digest(of: "\(1000 + round)\n"))
  }
}

/// A file rewritten with equal size within the clock tick in which it was scanned, its times set back or not.
///
/// From Linux 6.13 on the common file systems give a file whose status was asked for a time of its own at the
/// next change; there, and on a machine under load, few or none of the rounds end with an equal status.
@Test(arguments: [false, true]) func theRacyCase(_ setsTimesBack: Bool) throws {
  let folder = try TemporaryFolder(inMemory: true)
  let root = folder.path / "tree"
  let path = try folder.write("0000", to: "tree/a")
  let subjects = [FileIndex.Subject(root, .tree(excluding: [])), FileIndex.Subject(path, .file)]
  var random = SeededGenerator(for: "theRacyCase(\(setsTimesBack))")
  var noticed = 0
  var sameTick = 0
  for round in 1...1000 {
    let index = FileIndex(folder.path / "index")
    try index.refresh(subjects)
    try index.save()
    let before = subjects.map { index.observation($0) }
    let status = try FileStatus(path)
    let content = String(String(10000 + round).suffix(4))
    try File.write(text(content), to: path)
    if setsTimesBack { setModified(status.modified, of: path) }
    if try FileStatus(path) == status { sameTick += 1 }
    let next = FileIndex(folder.path / "index")
    try next.refresh(subjects)
    if zip(subjects, before).allSatisfy({ next.observation($0) != $1 }) { noticed += 1 }
    #expect(next.observation(subjects[1])?.digest == SHA256.digest(of: content))
    try next.save()
    // Some begin within the tick of the last look, some in one of their own.
    if round.isMultiple(of: 8) { usleep(UInt32.random(in: 0...5000, using: &random)) }
  }
  #expect(noticed == 1000, "\(seedSetting), \(sameTick) rounds with an equal status")
}

/// Whatever happens to the index file, the next look tells the truth.
@Test func damagedIndex() throws {
  let fixture = try TreeFixture()
  fixture.settle()
  let file = FileIndex.Subject(fixture.root / "a", .file)
  try fixture.index.refresh([fixture.tree, file])
  let recorder = ReadRecorder()
  _ = try recorder.status(of: fixture.root / "sub/b")
  fixture.index.cache(text("yes"), to: text("fresh?"), from: recorder)
  try fixture.index.save()
  let bytes = try File.read(fixture.file)
  let truth = [fixture.index.observation(fixture.tree), fixture.index.observation(file)]
  let listing = fixture.index.listing(fixture.tree)
  var random = SeededGenerator(for: "damagedIndex")
  func check(_ damaged: [UInt8], _ damage: @autoclosure () -> String) throws {
    func what() -> Comment { "\(seedSetting), \(damage())" }
    try File.remove(fixture.file)
    try File.write(damaged, to: fixture.file)
    let index = FileIndex(fixture.file)
    #expect(index.answer(to: text("fresh?")) == (damaged == bytes ? text("yes") : nil), what())
    try index.refresh([fixture.tree, file])
    #expect([index.observation(fixture.tree), index.observation(file)] == truth, what())
    #expect(index.listing(fixture.tree) == listing, what())
  }
  try check(bytes, "whole")
  for length in 0..<bytes.count { try check(Array(bytes[..<length]), "\(length) bytes") }
  for place in bytes.indices {
    var damaged = bytes
    damaged[place] ^= UInt8.random(in: 1...255, using: &random)
    try check(damaged, "byte \(place)")
  }
  for _ in 0..<300 {
    var damaged = bytes
    for _ in 0..<Int.random(in: 2...20, using: &random) {
      damaged[Int.random(in: damaged.indices, using: &random)] = random.bytes(1)[0]
    }
    try check(damaged, "many bytes")
  }
  try check(bytes + [0, 0, 0, 0, 0, 0, 0, 0], "longer")
  try check(random.bytes(5000), "noise")
}

@Test func theIndexIsWrittenOnlyWhenItSaysSomethingNew() throws {
  let fixture = try TreeFixture()
  fixture.settle()
  _ = try fixture.look()
  try fixture.index.save()
  let before = try FileStatus(fixture.file)
  _ = try fixture.look()
  try fixture.index.save()
  #expect(try FileStatus(fixture.file) == before)
  try fixture.write("a", "x")
  _ = try fixture.look()
  try fixture.index.save()
  #expect(try FileStatus(fixture.file) != before)
}

@Test func whatIsForgottenIsNotInTheIndex() throws {
  let fixture = try TreeFixture()
  fixture.settle()
  let part = FileIndex.Subject(fixture.root / "a", .file)
  let first = FileIndex(fixture.file)
  try first.refresh([fixture.tree, part])
  first.forget(part)
  #expect(first.observation(part) != nil)
  try first.save()
  #expect(IndexFile(fixture.file).snapshots.count == 2, "one that was looked at stays")
  let size = try FileStatus(fixture.file).size
  let second = FileIndex(fixture.file)
  try second.refresh([part])
  second.forget(fixture.tree)
  try second.save()
  #expect(try FileStatus(fixture.file).size < size)
  #expect(IndexFile(fixture.file).snapshots.map(\.isTree) == [false])
}
