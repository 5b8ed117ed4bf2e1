import Glibc

/// A mount namespace of this process's own: what is mounted in it only this process and its children see.
///
/// Enter it before the first thread is started, since a thread keeps the namespace that it began in. A working
/// directory or descriptor from before still leads to the old mount, so look paths up anew.
public enum MountNamespace {
  /// unshare(2): enters a new mount namespace, which only root may do.
  public static func enter() throws(SystemError) {
    try unshare(CLONE_NEWNS, "cannot have mounts of its own")
    try makePrivate()
  }

  static func unshare(_ flags: CInt, _ action: String) throws(SystemError) {
    // Read the link now: in the new namespace it cannot be read if the root directory was changed by chroot(2).
    _ = try? Environment.executable()
    guard Glibc.unshare(flags) == 0 else { throw SystemError(action, code: errno) }
  }

  /// Keeps mounts made from now on from appearing in the old namespace.
  static func makePrivate() throws(SystemError) {
    guard change("/", UInt(MS_REC | MS_PRIVATE)) else { throw SystemError("cannot remount", "/", code: errno) }
  }

  /// Makes folders read-only with everything in them, except `writable`. Of several folders around a path the
  /// innermost decides. Folders that do not exist are left out. Mounts that do not outlive the system, such as /dev
  /// and /run, stay as they are, unless `readOnly` names them or a folder in them.
  ///
  /// mount(2) with `MS_BIND`: a folder that is bound over itself is a mount with flags of its own.
  ///
  /// - Returns: for each mount that can still be written to, what the system said. A mount inside another of them is
  ///   left out.
  public static func makeReadOnly(_ readOnly: [Path], except writable: [Path]) -> [SystemError] {
    // The outer folders first: binding a folder over itself includes what is mounted in it by then.
    let places = (readOnly.map { ($0, false) } + writable.map { ($0, true) })
      .compactMap { path, isWritable in File.resolve(path).map { (path: $0, isWritable: isWritable) } }
      .sorted { $0.path.bytes.count < $1.path.bytes.count }
    var refusals: [Path: CInt] = [:]
    for place in places where place.path != "/" {
      if !bind(place.path, over: place.path), !place.isWritable { refusals[place.path] = errno }
    }
    let guarded = places.filter { !$0.isWritable }.map(\.path)
    for mount in Mount.all where mount.isLasting || guarded.contains(mount.point) {
      guard places.last(where: { mount.point.isInside($0.path) })?.isWritable == false else { continue }
      let flags = UInt(MS_BIND | MS_REMOUNT | MS_RDONLY) | keptFlags(of: mount.point)
      // EINVAL: another mount is there by now, and hides this one.
      if !change(mount.point, flags), errno != EINVAL { refusals[mount.point] = errno }
    }
    // Without /proc no mount is found, so look at the folders themselves, too.
    for path in guarded where refusals[path] == nil { refusals[path] = ENOENT }
    let left = refusals.filter { isWritable($0.key) }.sorted { $0.key < $1.key }
    return left.filter { entry in !left.contains { $0.key != entry.key && entry.key.isInside($0.key) } }
      .map { SystemError("cannot make read-only", $0.key, code: $0.value) }
  }

  /// statvfs(3): whether a mount, and the file system in it, takes writes. False if it cannot be reached.
  private static func isWritable(_ path: Path) -> Bool {
    var status = statvfs()
    return path.withCString { statvfs($0, &status) } == 0 && status.f_flag & UInt(ST_RDONLY) == 0
  }

  /// mount(2) with `MS_BIND`: shows `folder` in the place of `other`, if both exist.
  ///
  /// - Returns: whether it does; if not, errno says why.
  @discardableResult
  public static func bind(_ folder: Path, over other: Path) -> Bool {
    folder.withCString { folder in
      other.withCString { other in mount(folder, other, nil, UInt(MS_BIND | MS_REC), nil) }
    } == 0
  }

  /// Mounts a file system in memory over a folder.
  ///
  /// - Returns: whether the system does that.
  public static func mountMemory(over folder: Path) -> Bool {
    folder.withCString { mount("memory", $0, "tmpfs", 0, nil) } == 0
  }

  /// Lets a folder be written to, and keeps what is written elsewhere (overlayfs).
  ///
  /// - Parameter upper: an empty folder in a file system in memory.
  /// - Returns: whether the system does that. It takes no path with a character that parts options or folders.
  public static func divertWrites(to folder: Path, into upper: Path) -> Bool {
    if (folder.bytes + upper.bytes).contains(where: #",:\"#.utf8.contains) { return false }
    let work = Path(bytes: upper.bytes + Array(".work".utf8))
    guard (try? Directory.create(upper)) != nil, (try? Directory.create(work)) != nil else { return false }
    let options = "lowerdir=\(folder),upperdir=\(upper),workdir=\(work)"
    return folder.withCString { folder in
      options.withCString { mount("diverted", folder, "overlay", 0, UnsafeRawPointer($0)) }
    } == 0
  }

  /// umount2(2) with `MNT_DETACH`: what is mounted there is no longer to be seen.
  public static func unmount(_ folder: Path) {
    _ = folder.withCString { umount2($0, CInt(MNT_DETACH)) }
  }

  private static func change(_ path: Path, _ flags: UInt) -> Bool {
    path.withCString { mount(nil, $0, nil, flags, nil) } == 0
  }

  /// statvfs(3): the mount's flags that a remount would clear unless it is given them. The `ST_` flags have the
  /// values of the `MS_` flags.
  private static func keptFlags(of path: Path) -> UInt {
    var status = statvfs()
    guard path.withCString({ statvfs($0, &status) }) == 0 else { return 0 }
    return UInt(status.f_flag) & UInt(MS_NOSUID | MS_NODEV | MS_NOEXEC)
  }
}

extension Mount {
  /// Whether what is written there outlives the system. The types listed are views of the kernel or in memory;
  /// filesystems(5).
  fileprivate var isLasting: Bool {
    ![
      "autofs", "binfmt_misc", "bpf", "cgroup", "cgroup2", "configfs", "debugfs", "devpts", "devtmpfs",
      "fusectl",
      "hugetlbfs", "mqueue", "proc", "pstore", "ramfs", "rpc_pipefs", "securityfs", "sysfs", "tmpfs", "tracefs",
    ].contains(type)
  }
}
