import Testing

@testable import EmergeOutput

/// Outputs of Portage 3.0.83 as it wrote them, shortened.
struct EmergeOutputTests {
  private func says(
    _ output: String, _ headline: String?, _ details: [String] = [], remedy: String? = nil,
    _ location: SourceLocation = #_sourceLocation
  ) {
    let diagnosis = Diagnosis(emergeOutput: output.utf8)
    #expect(diagnosis?.headline == headline, sourceLocation: location)
    #expect(diagnosis?.details ?? [] == details, sourceLocation: location)
    #expect(diagnosis?.remedy == remedy, sourceLocation: location)
  }

  @Test func aBinaryPackageThatIsOutOfDate() {
    says(
      """
      sysbuild: the binary package is out of date: app-misc/leaf-1: leaf-1.ebuild changed
      !!! All binary packages that could satisfy "app-misc/leaf" for /O/rootfs.new/ have been masked.
      !!! One of the following masked packages is required to complete your request:
      - app-misc/leaf-1::tiny (masked by: )
      """, "the binary package of app-misc/leaf-1 is out of date: leaf-1.ebuild changed",
      remedy: "add it to build.packages, so that it is built in the sysroot, or to installonly.packages")
  }

  @Test func aBuildThatDownloads() {
    says(
      """
      >>> Compiling source in /O/tmp/sysroot/portage/app-misc/net-1/work ...
      urllib.error.URLError: <urlopen error [Errno -3] Temporary failure in name resolution>
       * ERROR: app-misc/net-1::tiny failed (compile phase):
       *   no net
      """, "app-misc/net-1 failed in its compile phase",
      ["urllib.error.URLError: <urlopen error [Errno -3] Temporary failure in name resolution>", "no net"],
      remedy: "a build has no network: name what it downloads in SRC_URI")
  }

  @Test func anEbuildThatCannotBeRead() {
    says(
      """
      /r/app-misc/leaf/leaf-1.ebuild: line 10: Iedited,: command not found
       * ERROR: app-misc/leaf-1::tiny failed (depend phase):
       *   error processing ebuild
      !!! All ebuilds that could satisfy "=app-misc/leaf-1" for /O/sysroot/ have been masked.
      !!! One of the following masked packages is required to complete your request:
      - app-misc/leaf-1::tiny (masked by: corruption)
      """, "the ebuild of app-misc/leaf-1 cannot be read",
      ["/r/app-misc/leaf/leaf-1.ebuild: line 10: Iedited,: command not found"], remedy: "correct the ebuild")
  }

  @Test func circularDependencies() {
    let output = """
      [ebuild  N     ]    sys-libs/pam-1.5.2::demo to /O/sysroot/ USE="-nls" 0 KiB

      Total: 3 packages (3 new), Size of downloads: 0 KiB

       * Error: circular dependencies:

      (sys-libs/libcap-2.66:0/0::demo, ebuild scheduled for merge to '/O/sysroot/') depends on
       (sys-libs/pam-1.5.2:0/0::demo, ebuild scheduled for merge to '/O/sysroot/') (buildtime, USE=pam)
        (sys-libs/libcap-2.66:0/0::demo, ebuild scheduled for merge to '/O/sysroot/') (buildtime)

      It might be possible to break this cycle
      by applying the following change:
      - sys-libs/libcap-2.66 (Change USE: -pam)

      Note that this change can be reverted, once the package has been installed.
      """
    let cycle = "sys-libs/libcap-2.66 → sys-libs/pam-1.5.2 → sys-libs/libcap-2.66"
    let remedy = { (line: String) in
      "to build one of them without the other first, add the line \(line) to the bootstrap.packages of the variant"
    }
    says(
      output, "the packages to build depend on each other in a circle: \(cycle)",
      remedy: remedy("'sys-libs/libcap -pam'"))
    let twoWays = """
       * Error: circular dependencies:

      (t/cb-1:0/0::r, ebuild scheduled for merge to '/O/sysroot/') depends on
       (t/ca-1:0/0::r, ebuild scheduled for merge to '/O/sysroot/') (buildtime, USE=a)
        (t/cb-1:0/0::r, ebuild scheduled for merge to '/O/sysroot/') (buildtime, USE=a)

      It might be possible to break this cycle
      by applying any of the following changes:
      - t/ca-1 (Change USE: -a)
      - t/cb-1 (Change USE: -a)
      """
    says(
      twoWays, "the packages to build depend on each other in a circle: t/ca-1 → t/cb-1 → t/ca-1",
      remedy: remedy("'t/ca -a' or 't/cb -a'"))
    let coloured =
      " \u{1B}[31;01m*\u{1B}[39;49;00m \u{1B}[1mError: circular dependencies:\u{1B}[0m\r\n\r\n(a/b-1:0/0::x, y) depends on\r\n"
    says(
      coloured, "the packages to build depend on each other in a circle: a/b-1",
      remedy: "no USE flag breaks it: take what is not needed to build out of the DEPEND of one of the ebuilds")
  }

  @Test func binaryPackagesThatDoNotFit() {
    let output = """
      !!! All binary packages that could satisfy "t/flag" for /O/sysroot/ have been masked.
      !!! One of the following masked packages is required to complete your request:
      - t/flag-1::r (masked by: use flag configuration mismatch)
      (dependency required by "t/user-1::r" [binary])
      (dependency required by "t/user" [argument])

      For more information, see the MASKED PACKAGES section in the emerge
      """
    let headline =
      "the binary package of t/flag-1 cannot be used: its USE flags differ from those set now"
    let remedy = "build its binary package again with the USE flags of the configuration"
    says(output, headline, ["required by t/user-1::r"], remedy: remedy)
    says("- t/flag-1::r (masked by: )\n", headline, remedy: remedy)
    says(
      "- t/flag-1::r (masked by: ~amd64 keyword)", "t/flag-1 is masked by: ~amd64 keyword",
      remedy: "allow it in package.accept_keywords, or choose another version")
    says(
      "- t/flag-1::r (masked by: package.mask, MIT license(s), ~amd64 keyword)",
      "t/flag-1 is masked by: package.mask, MIT license(s), ~amd64 keyword",
      remedy:
        "allow it in package.unmask and package.accept_keywords and package.license, or choose another version"
    )
    says(
      "- t/flag-1::r (masked by: interactive properties, bindist in RESTRICT)",
      "t/flag-1 is masked by: interactive properties, bindist in RESTRICT",
      remedy: "allow it in package.properties and package.accept_restrict, or choose another version")
  }

  @Test("what no configuration allows is not said to be masked") func ebuildsThatCannotBeBuilt() {
    func masked(_ reasons: String) -> String {
      """
      !!! All ebuilds that could satisfy "app-misc/leaf" for /O/sysroot/ have been masked.
      !!! One of the following masked packages is required to complete your request:
      - app-misc/leaf-1::tiny (masked by: \(reasons))
      (dependency required by "t/user-1::r" [ebuild])

      The current version of portage supports EAPI '9'. You must upgrade to a
      newer version of portage before EAPI masked packages can be installed.
      """
    }
    says(
      masked("EAPI 99"),
      "the ebuild of app-misc/leaf-1 is written for EAPI 99, which this Portage does not know: its newest is EAPI 9",
      ["required by t/user-1::r"], remedy: "choose another version, or use a Portage that knows it")
    for (mistake, variable) in [
      ("RDEPEND: Invalid atom (>>x/y), token 2", "RDEPEND"),
      ("RDEPEND: USE flag 'foo' referenced in conditional 'foo?' is not in IUSE", "RDEPEND"),
      ("SLOT: invalid value: '', SLOT: undefined", "SLOT"),
    ] {
      says(
        masked("invalid: \(mistake)"), "the ebuild of app-misc/leaf-1 has a mistake in \(mistake)",
        ["required by t/user-1::r"], remedy: "correct \(variable) in the ebuild, or choose another version")
    }
    says(
      masked("LICENSE: Missing ')' at end of string, invalid: LICENSE: Missing ')' at end of string"),
      "the ebuild of app-misc/leaf-1 has a mistake in LICENSE: Missing ')' at end of string",
      ["required by t/user-1::r"], remedy: "correct LICENSE in the ebuild, or choose another version")
  }

  @Test func packagesThatDoNotExist() {
    says(
      "emerge: there are no ebuilds to satisfy \"t/nothere\" for /O/sysroot/.\n(dependency required by \"t/user-1::r\" [ebuild])\n(dependency required by \"t/user\" [argument])\n",
      "there is no ebuild for t/nothere", ["required by t/user-1::r"],
      remedy: "check the spelling, or add the repository that has it")
    says(
      "emerge: there are no ebuilds to satisfy \"t/fla\".\nemerge: searching for similar names...\nemerge: Maybe you meant t/flag?\n",
      "there is no ebuild for t/fla", remedy: "did you mean t/flag?")
    says(
      "emerge: there are no binary packages to satisfy \"t/fail\" for /O/sysroot/.\n",
      "there is no binary package for t/fail",
      remedy: "add it to the set that builds binary packages, or build that set again")
    says(
      "emerge: there are no ebuilds built with USE flags to satisfy \"t/flag[y]\" for /r/.\n!!! One of the following packages is required to complete your request:\n- t/flag-1::r (Change USE: +y)\n(dependency required by \"t/user-1::r\" [ebuild])\n",
      "a dependency requires other USE flags: t/flag[y]", ["required by t/user-1::r"],
      remedy: "add the line 't/flag y' to package.use")
  }

  @Test func changesThatDependenciesWant() {
    let output = """
      The following USE changes are necessary to proceed:
       (see "package.use" in the portage(5) man page for more details)
      # required by t/user-1::r
      # required by t/user (argument)
      >=t/flag-1 y

      Use --autounmask-write to write changes to config files (honoring
      """
    says(
      output, "the dependencies require USE changes: >=t/flag-1 y", ["required by t/user-1::r"],
      remedy: "add '>=t/flag-1 y' to package.use")
  }

  @Test func sourcesThatCannotBeFetched() {
    let remedy = "check the network and the address in SRC_URI, or put the file into DISTDIR by hand"
    let output = """
      >>> Emerging (1 of 1) t/fetch-1::r for /O/sysroot/
      !!! Couldn't download '.layout.conf.distfiles.gentoo.org'. Aborting.
      wget: unable to resolve host address ‘distfiles.gentoo.org’
      Connecting to 127.0.0.1:9... failed: Connection refused.
      !!! Couldn't download 'x-1.tar.gz'. Aborting.

      >>> Failed to emerge t/fetch-1 for /O/sysroot/, Log file:

      >>>  '/O/logs/t:fetch-1:20261121-000445.log'
      """
    says(
      output, "'x-1.tar.gz' of t/fetch-1 could not be fetched",
      [
        "Connecting to 127.0.0.1:9... failed: Connection refused.",
        "log: /O/logs/t:fetch-1:20261121-000445.log",
      ], remedy: remedy)
    says(
      " * Fetch failed for 't/fetch-1', Log file:\n *  '/tmp/l.log'\n",
      "the source of t/fetch-1 could not be fetched",
      ["log: /tmp/l.log"], remedy: remedy)
    let several = """
      ERROR 404: Not Found.
      !!! Couldn't download 'a.tar.gz'. Aborting.
      !!! Couldn't download 'b.tar.gz'. Aborting.
       * Fetch failed for 't/one-1'
      >>> Fetching (2 of 2) t/two-1::r
       * Fetch failed for 't/two-1'
      """
    let others = ["'b.tar.gz' of t/one-1 could not be fetched", "the source of t/two-1 could not be fetched"]
    says(
      several, "'a.tar.gz' of t/one-1 could not be fetched", ["ERROR 404: Not Found."] + others, remedy: remedy)
    says(
      "!!! Fetched file: a.tar.gz VERIFY FAILED!\n!!! Reason: Filesize does not match\n" + several,
      "a.tar.gz does not match its Manifest: Filesize does not match", others,
      remedy: "if the file is the right one, put its digest into the Manifest; otherwise remove it from DISTDIR"
    )
  }

  @Test func packagesThatCannotBeBuilt() {
    let output = """
      >>> Compiling source in /O/tmp/portage/t/fail-1/work ...
      x.c:1:2: error: expected ;
      make: *** No rule to make target '/nonexistent'.  Stop.
       * ERROR: t/fail-1::r failed (compile phase):
       *   emake failed
       * 
       * The complete build log is located at '/O/logs/t:fail-1:20261121-000443.log'.
      """
    says(
      output, "t/fail-1 failed in its compile phase",
      [
        "x.c:1:2: error: expected ;", "emake failed",
        "build log: /O/logs/t:fail-1:20261121-000443.log",
      ])
  }

  @Test func theCauseOfAFailure() {
    func cause(_ lines: String, _ expected: [String], _ location: SourceLocation = #_sourceLocation) {
      let output =
        ">>> Compiling source in /w ...\n\(lines)\n * ERROR: a/b-1::r failed (compile phase):\n *   (no error message)\n"
      says(output, "a/b-1 failed in its compile phase", expected, remedy: nil, location)
    }
    cause(
      "/usr/bin/ld: cannot find -lmissing: No such file or directory\ncollect2: error: ld returned 1 exit status",
      ["/usr/bin/ld: cannot find -lmissing: No such file or directory"])
    cause("a.c:1: error: x\nb.c:2: error: y\nmake: *** [all] Error 1", ["a.c:1: error: x"])
    cause(
      "configure: something is missing\nmake[1]: *** [x] Error 2\n\n", ["configure: something is missing"])
    cause("", [])
  }

  @Test func severalAtOnce() {
    let output = """
      >>> Failed to emerge t/fetch-1 for /O/sysroot/, Log file:
      >>> Jobs: 0 of 2 complete, 2 running                                    Load avg: 1.42, 1.41, 1.12
      >>>  '/O/logs/t:fetch-1:20261121-000446.log'
      >>> Failed to emerge t/fail-1 for /O/sysroot/, Log file:
      >>> Jobs: 0 of 2 complete, 1 running, 1 failed                          Load avg: 1.42, 1.41, 1.12
      >>>  '/O/logs/t:fail-1:20261121-000446.log'

       * Messages for package t/fail-1 merged to /O/sysroot/:
       * ERROR: t/fail-1::r failed (compile phase):
       *   emake failed
      """
    says(
      output, "t/fail-1 failed in its compile phase",
      [
        "emake failed", "build log: /O/logs/t:fail-1:20261121-000446.log",
        "t/fetch-1 failed too: /O/logs/t:fetch-1:20261121-000446.log",
      ])
    says(
      ">>> Failed to install a/b-1, Log file:\n>>>  '/l'\n", "a/b-1 could not be built or merged",
      ["build log: /l"])
  }

  @Test func nothingToSay() {
    says("", nil)
    says(">>> Completed (1 of 1) a/b-1::r\n", nil)
    says("(masked by:", nil)
    says("\u{1B}[", nil)
  }
}
