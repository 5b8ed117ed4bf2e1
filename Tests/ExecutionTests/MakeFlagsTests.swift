import Platform
import Testing

@testable import Execution

@Suite struct MakeFlagsTests {
  private func parse(_ text: String) -> MakeFlags { MakeFlags(Array(text.utf8)) }

  private func flags(_ make: MakeFlags) -> String {
    [("n", make.isDryRun), ("q", make.asksOnly), ("t", make.touches)].filter(\.1).map(\.0).joined()
  }

  @Test(arguments: [
    ("", ""), ("n", "n"), ("kn", "n"), ("wqt", "qt"), (" -j4", ""), ("n -j4 --jobserver-auth=3,4", "n"),
    ("-n", "n"), ("-k -n", "n"), ("k -- n=1 -n", ""), ("--dry-run", "n"), ("k --just-print", "n"),
    ("k --recon", "n"),
    ("k --question --touch", "qt"), ("--no-print-directory", ""), ("k --no-keep-going", ""),
    // What follows these letters is their argument.
    (" -Inot", ""), ("k -Cn -fq", ""), ("kOn", ""), (" -l2.5 -n", "n"), (" -j4n", ""),
    // Variables, and blanks that belong to a word.
    ("O=n", ""), (" -- A=b\\ -n", ""), (" --eval=a\\ -n", ""), (" --eval=a\\\\ -n", "n"), ("k stray -n", "n"),
  ])
  func options(_ text: String, _ expected: String) { #expect(flags(parse(text)) == expected) }

  @Test(
    arguments: [
      ("", nil), (" -j", nil), (" -j1", 1), (" -j4 --jobserver-auth=3,4", 4), ("kj8", 8), ("-j 8 -k", 8),
      ("-j -k", nil), (" -j99999", 1024), (" -j0", 1), (" -j4 -j2", 2), (" -jx", nil), (" -- j=4 -j9", nil),
    ] as [(String, Int?)])
  func jobs(_ text: String, _ jobs: Int?) { #expect(parse(text).jobs == jobs) }

  @Test(
    arguments: [
      ("", nil), (" -j4", nil), ("--jobserver-auth=3,4", .pipe(reading: 3, writing: 4)),
      (" -j4 --jobserver-auth=3,4", .pipe(reading: 3, writing: 4)),
      ("kw -j4 --jobserver-fds=5,6", .pipe(reading: 5, writing: 6)),
      (" -j4 --jobserver-auth=fifo:/tmp/GMfifo12", .fifo("/tmp/GMfifo12")),
      // What make 4.4 says to a command that it takes for no make.
      (" -j4 --jobserver-auth=3,4 --jobserver-auth=-2,-2", .pipe(reading: -2, writing: -2)),
      (" --jobserver-auth=3,4 --jobserver-auth=fifo:/f", .fifo("/f")),
      (" -j4 --jobserver-auth=3,4 -- A=--jobserver-auth=fifo:/f", .pipe(reading: 3, writing: 4)),
      (" -- --jobserver-auth=3,4", nil), (" --jobserver-auth=", .other), (" --jobserver-auth=3", .other),
      (" --jobserver-auth=3,4,5", .other), (" --jobserver-auth=3,99999999999", .other),
      (" --jobserver-auth=gmake_semaphore_1", .other),
    ] as [(String, MakeFlags.Jobserver?)])
  func jobserver(_ text: String, _ place: MakeFlags.Jobserver?) { #expect(parse(text).jobserver == place) }

  /// A command learns of the jobserver and of nothing else: `O=` would reach the kernel's make.
  @Test func whatIsHandedOn() {
    let make = parse("kwB -j4 -I../x --jobserver-auth=7,8 --jobserver-auth=3,4 -- O=out V=1")
    #expect(make.jobserverWords == ["-j4", "--jobserver-auth=3,4"].map { Array($0.utf8) })
    #expect(parse("k -j4").jobserverWords == [])
    #expect(parse(" --jobserver-fds=3,4").jobserverWords == [Array("--jobserver-fds=3,4".utf8)])
  }
}
