import Platform
import Stamps
import TestSupport
import Testing

@testable import ImageBuild

/// What the commands of an image's build can do to the machine that builds, and as whom they run.
extension EditTests {
  @Test("a recipe cannot write to the source tree, and neither can what it calls")
  func sourceTreeIsReadOnly() async throws {
    let tree = try await ImageTree()
    try tree.append("[extend kernel]\nrun = sh -c 'rm -rf ./*'", to: "profiles/tiny/targets.conf")
    let before = try tree.run(["ls", "-lR", "\(tree.source)"])
    let build = try tree.sysbuild(["kernel"])
    let after = try tree.run(["ls", "-lR", "\(tree.source)"])
    #expect(build.status == 2 && build.output.contains("Read-only file system"), "\(build.output)")
    #expect(before == after)
  }

  @Test("a command that writes where it should not is refused, and told why")
  func slips() async throws {
    let tree = try await ImageTree()
    let places = ["\(tree.source)/slip", "/usr/lib/sysbuild-slip", "/etc/sysbuild-slip"]
    let cache = tree.folder / "cache"
    try tree.write(
      "targets.conf",
      """
      [target slip]
      outputs = file:${O}/fine
      run = sh -c "touch \(places.joined(separator: " ")); touch ${CACHES}/fine ${O}/fine && exit 3"
      """)
    let ran = try tree.sysbuild(["CACHES=\(cache)", "slip"])
    #expect(ran.status == 2 && ran.output.contains("'sh' exited with status 3"), "\(ran.output)")
    #expect(ran.output.contains("touch: cannot touch '\(places[1])': Read-only file system\n"))
    #expect(ran.output.contains("sysbuild: \(HostGuard.explanation)\n"), "\(ran.output)")
    for place in places { #expect(!File.exists(Path(place)), "\(place)") }
    #expect(File.exists(cache / "fine") && File.exists(tree.build / "fine"))
    try Directory.removeTree(cache)
  }

  /// To the program that it starts the user is one of many, whoever they really are.
  private static let asAnyUser = ["unshare", "--user", "--map-user=1000", "--map-group=1000"]

  @Test("with another root directory sysbuild still finds itself")
  func anotherRootDirectory() async throws {
    let tree = try await ImageTree()
    try File.remove(tree.images / "SHA256SUMS")
    let root = tree.folder / "root"
    try Directory.create(root)
    let program = try Environment.executable().parent / "sysbuild"
    let output = try tree.run([
      "unshare", "--mount", "sh", "-c",
      "PATH=/usr/sbin:/usr/bin:/sbin:/bin; mount --rbind / \(root) && exec chroot \(root) \(program) -C \(tree.source) O=\(tree.build) "
        + "IMAGESDIR=\(tree.images) VARIANT=tiny image",
    ])
    #expect(ImageTree.ran(output) == ["image"], "\(output)")
  }

  @Test("a user who is not root builds an image")
  func withoutRoot() async throws {
    let tree = try await ImageTree()
    try tree.append("app-misc/leaf colour", to: "profiles/tiny/target/etc/portage/package.use/leaf")
    let ran = try tree.sysbuild(["image"], by: Self.asAnyUser)
    #expect(ran.status == 0, "\(ran.output)")
    try tree.expect("app-misc/leaf-1", in: "rootfs", use: "colour")
    // It is the same image to root.
    #expect(try tree.sysbuild(["-n", "image"]).output.hasPrefix("up to date"))
  }

  @Test("where the system lets nobody be root of a user namespace, that is the error, before anything runs")
  func withoutUserNamespaces() async throws {
    let tree = try await ImageTree()
    try tree.append("app-misc/extra", to: "sets/tiny/build.packages")
    let limit = "echo 1 > /proc/sys/user/max_user_namespaces && exec \"$@\""
    let launcher = ["unshare", "--user", "--map-root-user", "sh", "-c", limit, "sh"] + Self.asAnyUser
    let ran = try tree.sysbuild(["image"], by: launcher)
    #expect(ran.status == 2, "\(ran.output)")
    #expect(
      ran.output
        == "sysbuild: cannot be root of a user namespace: No space left on device: \(HostGuard.remedy)\n")
    let doctor = try tree.sysbuild(["doctor"], by: launcher)
    #expect(
      doctor.output.contains("error    this user cannot be root of a user namespace\n"), "\(doctor.output)")
  }

  @Test("a build writes nothing outside O and IMAGESDIR, and tries to write nothing where it must not")
  func whatIsWritten() async throws {
    let tree = try await ImageTree()
    try tree.append("app-misc/extra", to: "sets/tiny/build.packages")
    try tree.append("app-misc/leaf colour", to: "profiles/tiny/target/etc/portage/package.use/leaf")
    let folder = try TemporaryFolder()
    let strace = [
      "strace", "-ff", "--seccomp-bpf", "-y", "-qq", "-s", "4096", "-e", "signal=none", "-o",
      "\(folder.path)/trace", "-e",
      "trace=open,openat,creat,/^(mkdir|unlink|rmdir|rename|symlink|link|chmod|fchmodat|chown|lchown|fchownat|utime"
        + "|utimensat|mknod|truncate|setxattr|lsetxattr)",
    ]
    let ran = try tree.sysbuild(["image"], by: strace)
    #expect(ran.status == 0, "\(ran.output)")
    var written: [String: Int] = [:]
    for name in try folder.names() {
      let text = String(decoding: try File.read(folder.path / name), as: UTF8.self)
      for path in text.split(separator: "\n").flatMap({ WritingCall($0)?.paths ?? [] }) {
        written[path, default: 0] += 1
      }
    }
    let places = ["\(tree.build)", "\(tree.images)", "\(HostGuard.buildFolder)"]
    func isInside(_ path: String) -> Bool { places.contains { path == $0 || path.hasPrefix($0 + "/") } }
    #expect(written.keys.count(where: isInside) > 1000)
    // Devices, and what strace is told of its own descriptors.
    let outside = written.keys.filter { !isInside($0) && !$0.hasPrefix("/dev/") && !$0.hasPrefix("/proc/") }
    #expect(outside.sorted() == [])
  }
}

/// A system call that writes, or is refused to for the mount it would write to.
private struct WritingCall {
  /// Absolute.
  let paths: [String]

  /// `openat(AT_FDCWD</folder>, "name", O_WRONLY|O_CREAT, 0666) = 3</folder/name>`.
  init?(_ line: Substring) {
    guard let call = line.firstMatch(of: /^(\w+)\((.*)\) += (-?\d+)(?: (\w+))?/) else { return nil }
    if call.3 == "-1", call.4 != "EROFS" { return nil }
    let isOpen = call.1.hasPrefix("open")
    if isOpen, call.2.firstMatch(of: /O_WRONLY|O_RDWR|O_CREAT|O_TRUNC/) == nil { return nil }
    var names = call.2.matches(of: /(?:<([^>]*)>, )?"((?:[^"\\]|\\.)*)"/).map { match in
      match.2.hasPrefix("/") ? String(match.2) : "\(match.1 ?? "?")/\(match.2)"
    }
    // What a symbolic link holds, and an attribute, is only a text.
    if call.1.hasPrefix("symlink") { names.removeFirst() }
    if call.1.hasSuffix("setxattr") { names = Array(names.prefix(1)) }
    // Of a name in the working directory it is not said where that is: if it was refused, it was outside.
    if call.3 != "-1" { names.removeAll { $0.hasPrefix("?") } }
    paths = names
  }
}
