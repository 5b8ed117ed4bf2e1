import PortageFiles
import Testing

@testable import EmergeOutput

/// The changes that refusals of Portage 3.0.83 call for, from its output as it wrote it, shortened.
@Suite struct RefusalDiagnosisTests {
  private func changes(_ output: String) -> [[SourceChange]] {
    Diagnosis(emergeOutput: output.utf8)?.changes ?? []
  }

  private func masked(_ reasons: String, of version: String = "t/x-1", for root: String = " for /O/") -> String
  {
    """
    !!! All ebuilds that could satisfy "t/x"\(root) have been masked.
    !!! One of the following masked packages is required to complete your request:
    - \(version)::r (masked by: \(reasons))
    """
  }

  @Test("a line of the right file for each reason of a mask") func masks() throws {
    let version = try #require(PackageVersion("t/x-1"))
    #expect(
      changes(masked("~amd64 keyword, A B license(s)")) == [
        [
          .configure("package.accept_keywords", line: "=t/x-1 ~amd64"),
          .configure("package.license", line: "=t/x-1 A B"),
        ]
      ])
    #expect(
      changes(masked("|| ( A B ) license(s)")) == [[.configure("package.license", line: "=t/x-1 A B")]])
    for reason in ["missing keyword", "-* keyword"] {
      #expect(changes(masked(reason)) == [[.configure("package.accept_keywords", line: "=t/x-1 **")]])
    }
    #expect(
      changes(masked("bindist fetch in RESTRICT")) == [
        [.configure("package.accept_restrict", line: "=t/x-1 bindist fetch")]
      ])
    #expect(
      changes(masked("package.mask", for: "")) == [
        [.unmask(version, isOfHost: true)], [.configure("package.unmask", line: "=t/x-1", isOfHost: true)],
      ])
    #expect(changes(masked("EAPI 99")) == [] && changes(masked("backtracking: slot conflict")) == [])
    // The one that is nearest to what is allowed.
    #expect(
      changes(
        masked("package.mask, ~amd64 keyword", of: "t/x-2") + "\n- t/x-1::r (masked by: ~amd64 keyword)\n") == [
          [.configure("package.accept_keywords", line: "=t/x-1 ~amd64")]
        ])
  }

  @Test("what emerge proposes comes first, and says what is for the building machine") func proposals() {
    let output =
      masked("~amd64 keyword") + """

        sysbuild: with other lines in the configuration:

        The following keyword changes are necessary to proceed:
         (see "package.accept_keywords" in the portage(5) man page for more details)
        # required by t/x (argument)
        =t/y-1 ~amd64
        =t/x-1 ~amd64

        The following USE changes are necessary to proceed:
         (see "package.use" in the portage(5) man page for more details)
        >=t/x-1 a
        >=t/x-1 -b
        sysbuild: of the building machine: t/y-1
        sysbuild: refused with the configuration bootstrap
        """
    #expect(
      changes(output).first == [
        .configure("package.accept_keywords", line: "=t/x-1 ~amd64"),
        .configure("package.accept_keywords", line: "=t/y-1 ~amd64", isOfHost: true),
        .configure("package.use", line: ">=t/x-1 -b a"),
      ])
    #expect(Diagnosis(emergeOutput: output.utf8)?.headline == "t/x-1 is masked by: ~amd64 keyword")
    #expect(EmergeLines(output.utf8).configuration == "bootstrap")
  }

  private func required(_ flags: String, _ unmet: String, _ all: String? = nil, atom: String = "t/x") -> String
  {
    """
    !!! The ebuild selected to satisfy "\(atom)" for /O/ has unmet requirements.
    - t/x-1::r \(flags)

      The following REQUIRED_USE flag constraints are unsatisfied:
        \(unmet)


    """
      + (all.map {
        "  The above constraints are a subset of the following complete expression:\n    \($0)\n\n"
      } ?? "")
  }

  @Test("the shortest changes of flags that fit together") func requiredUse() {
    func lines(_ output: String) -> [String] {
      changes(output).compactMap { list in
        if case .configure("package.use", let line, false) = list.first, list.count == 1 { line } else { nil }
      }
    }
    let output = required("USE=\"-a -b c*\"", "exactly-one-of ( a b )", "exactly-one-of ( a b ) c? ( b )")
    #expect(lines(output) == ["t/x b"])
    #expect(
      Diagnosis(emergeOutput: output.utf8)?.headline
        == "t/x-1 cannot be built with these USE flags: it requires exactly one of a, b")
    #expect(lines(required("USE=\"(-a) -b\"", "any-of ( a b )")) == ["t/x b"])
    #expect(lines(required("USE=\"a b%*\"", "at-most-one-of ( a b )")) == ["t/x -a", "t/x -b"])
    #expect(lines(required("USE=\"-a b\"", "exactly-one-of ( a b )", atom: "t/x[a]")) == ["t/x a -b"])
    #expect(lines(required("USE=\"a\" CARDS=\"-x -y\"", "a? ( any-of ( cards_x cards_y ) )")).first == "t/x -a")
    #expect(lines(required("USE=\"a\"", "a? ( !a )")) == ["t/x -a"])
    #expect(lines(required("USE=\"(a)\"", "!a")) == [] && lines(required("USE=\"a\"", "any-of ( a")) == [])
  }

  @Test("whoever wants one of two versions in one slot is left out") func slotConflict() {
    let output = """
      !!! Multiple package instances within a single package slot have been pulled
      !!! into the dependency graph, resulting in a slot conflict:

      t/lib:0 for /O/sysroot/

        (t/lib-2:0/0::r, ebuild scheduled for merge to '/O/') USE="" pulled in by
          =t/lib-2 (Argument)

        (t/lib-1:0/0::r, ebuild scheduled for merge to '/O/') USE="" pulled in by
          =t/lib-1 required by (t/user-1:0/0::r, ebuild scheduled for merge to '/O/') USE=""
          ^       ^
          (and 2 more with the same problem)

      It may be possible to solve this problem by using package.mask to
      sysbuild: t/user-1 is there because of t/above >=t/beside-1
      """
    let diagnosis = Diagnosis(emergeOutput: output.utf8)
    #expect(
      diagnosis?.headline
        == "t/lib:0 is needed in two versions, of which only one can be there: t/lib-1 and t/lib-2")
    #expect(
      diagnosis?.details == ["t/lib-1: wanted as =t/lib-1 by t/user-1", "t/lib-2: wanted as =t/lib-2 by a set"])
    #expect(
      diagnosis?.changes == [
        [.leaveOut(package: "t/above"), .leaveOut(package: "t/beside")], [.leaveOut(package: "t/lib")],
      ])
  }

  @Test("one line for each package, and no two that say the opposite") func lists() {
    let flag = { (line: String) in SourceChange.configure("package.use", line: line) }
    #expect(
      SourceChange.joined([flag(">=t/x-1 a"), flag("t/y a"), flag("t/x -b a")]) == [
        flag(">=t/x-1 a -b"), flag("t/y a"),
      ])
    #expect(SourceChange.contradict([flag("t/x a"), flag("t/x -a")]))
    #expect(!SourceChange.contradict([flag("t/x a"), flag("t/y -a")]))
  }
}
