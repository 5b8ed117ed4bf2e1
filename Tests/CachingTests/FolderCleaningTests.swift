import Glibc
import Platform
import Stamps
import TestSupport
import Testing

@testable import Caching

@Suite struct FolderCleaningTests {
  let folder: TemporaryFolder
  private var store: FolderStore { FolderStore(folder: folder.path / "cache") }

  init() throws { folder = try TemporaryFolder() }

  /// A record that names one content, and when it was used: so many days ago.
  private func keep(_ name: String, size: Int, days: Int) throws {
    let file = try folder.write(name + String(repeating: "x", count: size - name.utf8.count), to: "file")
    let digest = try SHA256.digest(ofFile: file)
    try store.keep(file, as: digest)
    let key = SHA256.digest(of: name)
    try store.setValue(ActionResult([.init(name: "a", digest: digest, size: size)]).bytes, of: key)
    for path in ["ac/\(key.hex)", "cas/\(digest.hex)"] { try setAge(folder.path / "cache" / Path(path), days) }
  }

  private func setAge(_ path: Path, _ days: Int) throws {
    let time = timespec(tv_sec: Int(Clock.wall / 1_000_000_000) - days * 86400, tv_nsec: 0)
    #expect(path.withCString { utimensat(AT_FDCWD, $0, [time, time], 0) } == 0)
  }

  private func has(_ name: String) throws -> Bool {
    try FolderStore(folder: folder.path / "cache").value(of: SHA256.digest(of: name)) != nil
  }

  @Test("the records that were not used for the longest time go, with what only they name")
  func oldestFirst() throws {
    for (number, name) in ["a", "b", "c", "d"].enumerated() { try keep(name, size: 1000, days: 4 - number) }
    // Used again.
    #expect(try has("a"))
    #expect(try FolderCleaning.clean(folder.path / "cache", to: 2500) == (4000, 2000))
    #expect(try [has("a"), has("b"), has("c"), has("d")] == [true, false, false, true])
    #expect(try folder.names("cache/cas").count == 2)
    #expect(try FolderCleaning.clean(folder.path / "cache", to: 2500) == (2000, 2000))
  }

  @Test("a content without a record stays for a day, and a record without its content goes")
  func incomplete() throws {
    for (text, days) in [("young", 0), ("old", 2)] {
      let file = try folder.write(text, to: "file")
      try store.keep(file, as: SHA256.digest(of: text))
      try setAge(folder.path / "cache/cas" / Path(SHA256.digest(of: text).hex), days)
    }
    try keep("a", size: 100, days: 1)
    for name in try folder.names("cache/cas") where try FileStatus(folder.path / "cache/cas" / name).size == 100
    {
      try File.remove(folder.path / "cache/cas" / name)
    }
    _ = try FolderCleaning.clean(folder.path / "cache", to: 1 << 20)
    #expect(try folder.names("cache/cas") == [Path(SHA256.digest(of: "young").hex)])
    #expect(try !has("a"))
  }
}
