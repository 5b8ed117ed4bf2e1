import Platform
import Testing

@testable import sysbuild

/// What the commands of an image's build can do to the machine that builds, and as whom they run.
extension EditTests {
  @Test("a command that writes where it should not is refused, and told why")
  func slips() throws {
    let tree = try Self.tree.get()
    try tree.restore()
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
  func anotherRootDirectory() throws {
    let tree = try Self.tree.get()
    try tree.restore()
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
  func withoutRoot() throws {
    let tree = try Self.tree.get()
    try tree.restore()
    try tree.append("app-misc/leaf colour", to: "profiles/tiny/target/etc/portage/package.use/leaf")
    let ran = try tree.sysbuild(["image"], by: Self.asAnyUser)
    #expect(ran.status == 0, "\(ran.output)")
    try tree.expect("app-misc/leaf-1", in: "rootfs", use: "colour")
    // It is the same image to root.
    #expect(try tree.sysbuild(["-n", "image"]).output.hasPrefix("up to date"))
  }

  @Test("where the system lets nobody be root of a user namespace, that is the error, before anything runs")
  func withoutUserNamespaces() throws {
    let tree = try Self.tree.get()
    try tree.restore()
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
}
