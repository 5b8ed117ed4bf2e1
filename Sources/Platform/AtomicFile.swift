public import Glibc
import Synchronization
import TextKit

/// Replacing a file or a link in one step: a reader, and a machine that loses power, sees the old one or the
/// new.
///
/// What a killed process leaves behind is named `.<name>.<pid>.<n>.tmp`; see `isTemporary`.
public enum AtomicFile {
  /// Writes `bytes` to `path`, replacing a file or link there. The umask is taken from `permissions`. Without
  /// `durable` nothing is synchronized: readers still see one step, but a loss of power may show another state.
  ///
  /// On an error in steps 1 to 4 the temporary file is removed and `path` is as before. On one in step 5 the
  /// new content is in place, and a loss of power may bring the old one back.
  public static func write(
    _ bytes: [UInt8], to path: Path, permissions: mode_t = 0o644, durable: Bool = true
  ) throws(SystemError) {
    // 1. In the same directory, since rename(2) does not cross file systems.
    let created = try create(for: path) { (temporary) throws(SystemError) in
      try FileDescriptor.open(
        temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: permissions, action: "cannot create")
    }
    let temporary = created.path
    do throws(SystemError) {
      // 2. In one call where possible: on 9p, 4 KiB writes cost ten times what large ones do.
      try created.made.writeAll(bytes)

      // 3. The content before the name: with the name first, a loss of power can leave an empty file under
      // it. Some file systems report a full disk only here or at close.
      if durable { try created.made.synchronize() }
      try created.made.close()

      // 4. The one step.
      try File.rename(temporary, to: path)
    } catch {
      try? File.remove(temporary, missingIsFine: true)
      throw SystemError(error.action, path, code: error.code)
    }

    // 5. The name itself: until the directory is synchronized, it may be lost with the power.
    if durable { try synchronizeDirectory(path.parent) }
  }

  /// symlink(2) and rename(2): puts a symbolic link that holds `target` at `path`, replacing a file or link
  /// there. Nothing is synchronized.
  public static func replaceLink(_ target: Path, at path: Path) throws(SystemError) {
    let temporary = try create(for: path) { (temporary) throws(SystemError) in
      try File.symlink(target, at: temporary)
    }.path
    do throws(SystemError) {
      try File.rename(temporary, to: path)
    } catch {
      try? File.remove(temporary, missingIsFine: true)
      throw error
    }
  }

  /// What `make` makes at an unused path beside `path`. A file that is there already is never removed: on a
  /// shared file system a process of another machine with the same id may be writing it.
  private static func create<Made: ~Copyable>(
    for path: Path, _ make: (Path) throws(SystemError) -> Made
  ) throws(SystemError) -> Created<Made> {
    while true {
      let temporary = temporaryPath(for: path)
      do {
        return Created(made: try make(temporary), path: temporary)
      } catch {
        if error.code != EEXIST { throw SystemError(error.action, path, code: error.code) }
      }
    }
  }

  private struct Created<Made: ~Copyable>: ~Copyable {
    let made: Made
    let path: Path
  }

  /// fsync(2) of a directory, after which the names in it survive a loss of power.
  public static func synchronizeDirectory(_ path: Path) throws(SystemError) {
    let directory = try FileDescriptor.open(
      path, O_RDONLY | O_DIRECTORY, action: "cannot open directory")
    do throws(SystemError) {
      try directory.synchronize()
    } catch {
      throw SystemError("cannot synchronize directory", path, code: error.code)
    }
  }

  /// Whether `name` has the form of the names that `write` and `replaceLink` give their temporary files and
  /// links.
  public static func isTemporary(_ name: Path) -> Bool {
    let parts = name.lastComponent.bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    func isNumber(_ part: ArraySlice<UInt8>) -> Bool { !part.isEmpty && part.allSatisfy(\.isDigit) }
    return parts.count >= 5 && parts[0].isEmpty && parts[parts.count - 1].elementsEqual("tmp".utf8)
      && isNumber(parts[parts.count - 2]) && isNumber(parts[parts.count - 3])
  }

  /// Removes what killed processes have left in `folder`. No other process may be writing there.
  public static func removeTemporaries(in folder: Path) throws(SystemError) {
    for (name, kind) in try Directory.entries(of: folder)
    where (kind == .file || kind == .symbolicLink) && isTemporary(name) {
      try File.remove(folder / name, missingIsFine: true)
    }
  }

  public static func temporaryPath(for path: Path) -> Path {
    let number = counter.wrappingAdd(1, ordering: .relaxed).newValue
    let suffix = Array(".\(getpid()).\(number).tmp".utf8)
    // NAME_MAX is 255 bytes.
    let name = path.lastComponent.bytes.prefix(254 - suffix.count)
    return path.parent / Path(bytes: [UInt8(ascii: ".")] + name + suffix)
  }

  private static let counter = Atomic<Int>(0)
}
