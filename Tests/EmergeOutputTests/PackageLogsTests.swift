import Glibc
import Platform
import TestSupport
import Testing

@testable import EmergeOutput

/// The phase of a package that emerge builds beside others, from Portage's log of it.
@Suite struct PackageLogsTests {
  @Test func phases() throws {
    let tree = try TestTree()
    func log(_ name: String, _ text: String) throws {
      try tree.write("logs/\(name)", text)
    }
    // Of an earlier build, as far as its time tells.
    try log("sys-libs:pam-1.5.3:20261120-000443.log", ">>> Compiling source in /x ...\n")
    var past = [timespec(tv_sec: 1_577_836_800, tv_nsec: 0), timespec(tv_sec: 1_577_836_800, tv_nsec: 0)]
    let old = tree.path / "logs/sys-libs:pam-1.5.3:20261120-000443.log"
    #expect(old.withCString { utimensat(AT_FDCWD, $0, &past, 0) } == 0)
    var logs = try #require(
      PackageLogs([("PORTAGE_LOGDIR", "/none"), ("PORTAGE_LOGDIR", "\(tree.path)/logs")]))
    #expect(logs.phase(of: "sys-libs/pam-1.5.3") == nil)
    let name = "sys-libs:pam-1.5.3:20261121-000443.log"
    try log(name, "* Package: pam\n>>> Unpacking source...\n>>> Prep")
    #expect(logs.phase(of: "sys-libs/pam-1.5.3") == "unpack")
    try log(name, "* Package: pam\n>>> Unpacking source...\n>>> Preparing source in /x ...\n>>> Sou")
    #expect(logs.phase(of: "sys-libs/pam-1.5.3") == "prepare")
    try log(
      name,
      "* Package: pam\n>>> Unpacking source...\n>>> Preparing source in /x ...\n"
        + ">>> Compiling source in /x ...\n" + String(repeating: "gcc -c x.c\n", count: 20_000))
    // What lies further back than is read at once changes nothing.
    #expect(logs.phase(of: "sys-libs/pam-1.5.3") == "prepare")
    #expect(logs.phase(of: "sys-libs/pam-1.5") == nil)
    #expect(PackageLogs([("PATH", "/bin")]).map { _ in 0 } == nil)
  }

  @Test func severalPackagesAtOnce() throws {
    let tree = try TestTree()
    try Directory.create(tree.path / "logs")
    var tracker = EmergeTracker(PackageLogs([("PORTAGE_LOGDIR", "\(tree.path)/logs")]))
    #expect(tracker.nextLook == nil)
    for line in [">>> Emerging (1 of 2) a/b-1::x for /O/", ">>> Emerging (2 of 2) c/d-2::x for /O/"] {
      _ = tracker.read(Array(line.utf8))
    }
    try tree.write("logs/c:d-2:20261121-000443.log", ">>> Configuring source in /x\n")
    #expect(tracker.look(at: 5) == [.phase("configure", of: "c/d-2")])
    #expect(tracker.nextLook == 1_000_000_005 && tracker.look(at: 6).isEmpty)
    #expect(tracker.look(at: 1_000_000_005).isEmpty)
  }
}
