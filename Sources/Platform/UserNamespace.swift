import Glibc

extension MountNamespace {
  /// Enters a new mount namespace in a new user namespace, in which this process's user is root; user_namespaces(7).
  ///
  /// Files that root makes there belong to this user. The other users there are this user's subordinate ids, from 1 on,
  /// or nobody where there are none. Files of anybody else seem to belong to nobody.
  public static func enterAsRoot() throws(SystemError) {
    let (user, group) = (Environment.user, Environment.group)
    let gate = try FileDescriptor.pipe()
    let mapping = try SubordinateIDs(user: user)?.mapping(
      of: getpid(), user: user, group: group, after: gate.read.raw)
    try unshare(CLONE_NEWUSER | CLONE_NEWNS, "cannot be root of a user namespace")
    if let mapping {
      try gate.write.writeAll([0x0A])
      // What it could not map is seen below.
      _ = try mapping.reap()
    }
    if try File.read("/proc/self/gid_map").isEmpty {
      // The kernel demands this of a process that may not set groups outside, or it could leave a group that is
      // denied access to a file.
      try File.write(Array("deny".utf8), to: "/proc/self/setgroups")
      try File.write(Array("0 \(group) 1\n".utf8), to: "/proc/self/gid_map")
    }
    if try File.read("/proc/self/uid_map").isEmpty {
      try File.write(Array("0 \(user) 1\n".utf8), to: "/proc/self/uid_map")
    }
    try makePrivate()
  }

  /// Whether files can have no other owner than this process has, as in a user namespace with one user.
  public static var hasOneOwner: Bool {
    let fields = ((try? File.read("/proc/self/uid_map")) ?? []).split { $0 == 0x20 || $0 == 0x0A }
    return fields.count == 3 && fields[2].elementsEqual("1".utf8)
  }
}

/// The ids that the system gives a user for the other users of its user namespaces; subuid(5).
public struct SubordinateIDs {
  private let users: Range
  private let groups: Range
  private let programs: [Path]

  /// Nil if the system gives the user none, or lacks newuidmap(1) and newgidmap(1).
  public init?(user: UInt32) {
    let programs = ["newuidmap", "newgidmap"].compactMap { ProgramSearch.find($0, in: "/usr/bin:/bin") }
    guard programs.count == 2, let users = Range(of: user, in: "/etc/subuid"),
      let groups = Range(of: user, in: "/etc/subgid")
    else { return nil }
    (self.users, self.groups, self.programs) = (users, groups, programs)
  }

  /// A program that maps the ids in the user namespace of a process: its root is `user`, and 1 is the first of these ids.
  ///
  /// - Parameter gate: a descriptor from which it reads a line before it begins.
  fileprivate func mapping(
    of process: pid_t, user: uid_t, group: gid_t, after gate: CInt
  ) throws(SystemError) -> ChildProcess {
    // Some shells know no descriptors of two digits.
    let script = """
      read -r _ </proc/self/fd/\(gate) || exit
      \(programs[1]) \(process) 0 \(group) 1 1 \(groups.first) \(groups.count)
      \(programs[0]) \(process) 0 \(user) 1 1 \(users.first) \(users.count)
      """
    return try ChildProcess(
      program: "/bin/sh", arguments: ["sh", "-c", script].map { Array($0.utf8) }, environment: [], output: 2,
      error: 2,
      inheriting: [gate])
  }

  /// The first ids that a file gives a user, in a line `USER:FIRST:COUNT`, in which the user is a name or a number.
  private struct Range {
    let first: UInt32
    let count: UInt32

    init?(of user: UInt32, in file: Path) {
      let names = Self.lines(of: "/etc/passwd").filter { $0.count > 2 && $0[2] == "\(user)" }.map { $0[0] }
      let line = Self.lines(of: file).first { $0.count == 3 && (names + ["\(user)"]).contains($0[0]) }
      guard let line, let first = UInt32(line[1]), let count = UInt32(line[2]), count > 0 else { return nil }
      (self.first, self.count) = (first, count)
    }

    private static func lines(of file: Path) -> [[Substring]] {
      String(decoding: (try? File.read(file)) ?? [], as: UTF8.self).split(separator: "\n")
        .map { $0.split(separator: ":", omittingEmptySubsequences: false) }
    }
  }
}
