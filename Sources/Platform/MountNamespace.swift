import Glibc

/// This process's own view of the mounts, which it and its children alone see and which ends with them. It
/// knows nothing of what is mounted where, and why.
///
/// To be entered before the first thread is made, since a thread keeps the namespace that it began in; and paths have
/// to be looked up anew: a working directory or descriptor from before still leads to the old mount.
public enum MountNamespace {
  /// Enters a new one. unshare(2), which the system grants to root alone.
  public static func enter() throws(SystemError) {
    try unshare(CLONE_NEWNS, "cannot have mounts of its own")
    try makePrivate()
  }

  /// Enters a new one as root of a new user namespace, in which this process's user is root and there is nobody else:
  /// what root makes there belongs to that user, and what belongs to others seems to be nobody's. user_namespaces(7).
  public static func enterAsRoot() throws(SystemError) {
    let (user, group) = (getuid(), getgid())
    try unshare(CLONE_NEWUSER | CLONE_NEWNS, "cannot be root of a user namespace")
    // Who may not set groups outside must not do so inside either, or a group that shuts somebody out could be left.
    try File.write(Array("deny".utf8), to: "/proc/self/setgroups")
    try File.write(Array("0 \(user) 1\n".utf8), to: "/proc/self/uid_map")
    try File.write(Array("0 \(group) 1\n".utf8), to: "/proc/self/gid_map")
    try makePrivate()
  }

  private static func unshare(_ flags: CInt, _ action: String) throws(SystemError) {
    // The link leads through the old mounts, and with another root directory, as after chroot(2), nowhere from here on.
    _ = try? Environment.executable()
    guard Glibc.unshare(flags) == 0 else { throw SystemError(action, code: errno) }
  }

  /// Whatever is mounted from now on would appear to everybody else, too.
  private static func makePrivate() throws(SystemError) {
    guard change("/", UInt(MS_REC | MS_PRIVATE)) else { throw SystemError("cannot remount", "/", code: errno) }
  }

  /// Makes folders read-only with all that lies in them, but for those of `writable`; of several around a path the
  /// innermost decides. Mounts that do not outlive the system, such as /dev and /run, stay as they are. What is not
  /// there, and what the system does not let be changed, is passed over.
  ///
  /// mount(2) with `MS_BIND`: a folder is bound over itself, and then has flags of its own.
  public static func makeReadOnly(_ readOnly: [Path], except writable: [Path]) {
    // The outer first: what is bound over itself takes along what is mounted in it by then.
    let places = (readOnly.map { ($0, false) } + writable.map { ($0, true) })
      .compactMap { path, isWritable in File.resolve(path).map { (path: $0, isWritable: isWritable) } }
      .sorted { $0.path.bytes.count < $1.path.bytes.count }
    for place in places where place.path != "/" { bind(place.path, over: place.path) }
    for mount in Mount.all where mount.isLasting {
      let innermost = places.last { mount.point.isInside($0.path) }
      if innermost?.isWritable == false {
        _ = change(mount.point, UInt(MS_BIND | MS_REMOUNT | MS_RDONLY) | keptFlags(of: mount.point))
      }
    }
  }

  /// Has `folder` seen in the place of `other`, if both are there. mount(2) with `MS_BIND`.
  public static func bind(_ folder: Path, over other: Path) {
    _ = folder.withCString { folder in
      other.withCString { other in mount(folder, other, nil, UInt(MS_BIND | MS_REC), nil) }
    }
  }

  private static func change(_ path: Path, _ flags: UInt) -> Bool {
    path.withCString { mount(nil, $0, nil, flags, nil) } == 0
  }

  /// statvfs(3): the flags of the mount that a remount would otherwise take away. The `ST_` flags have the
  /// values of their `MS_` namesakes.
  private static func keptFlags(of path: Path) -> UInt {
    var status = statvfs()
    guard path.withCString({ statvfs($0, &status) }) == 0 else { return 0 }
    return UInt(status.f_flag) & UInt(MS_NOSUID | MS_NODEV | MS_NOEXEC)
  }
}

extension Mount {
  /// Whether what is written there outlives the system. filesystems(5): the others are views of the kernel's, or in
  /// memory.
  fileprivate var isLasting: Bool {
    ![
      "autofs", "binfmt_misc", "bpf", "cgroup", "cgroup2", "configfs", "debugfs", "devpts", "devtmpfs",
      "fusectl",
      "hugetlbfs", "mqueue", "proc", "pstore", "ramfs", "rpc_pipefs", "securityfs", "sysfs", "tmpfs", "tracefs",
    ].contains(type)
  }
}
