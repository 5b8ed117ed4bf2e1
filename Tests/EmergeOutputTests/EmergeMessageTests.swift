import Testing

@testable import EmergeOutput

/// Outputs of Portage 3.0.83 that ended with exit status 0, as it wrote them, shortened.
struct EmergeMessageTests {
  private func says(
    _ output: String, _ expected: [EmergeMessage], isSuccess: Bool = true,
    _ location: SourceLocation = #_sourceLocation
  ) {
    let messages = EmergeMessages(EmergeTranscript(output.utf8), source: "/src", isSuccess: isSuccess)
    #expect(messages.all == expected, sourceLocation: location)
  }

  @Test func anEbuildThatDoesNotMatchItsManifest() {
    let output = """
      Calculating dependencies ... * Digest verification failed:
       * /src/r/dev-util/buildtool/buildtool-2.ebuild
       * Reason: Filesize does not match recorded size
       * Got: 123
       * Expected: 118
       done!
      Dependency resolution took 0.05 s (backtrack: 0/30).

       * Digest verification failed:
       * /src/r/dev-util/buildtool/buildtool-2.ebuild
       * Reason: Filesize does not match recorded size

      """
    let message = EmergeMessage.error(
      "emerge ignores r/dev-util/buildtool/buildtool-2.ebuild: Filesize does not match recorded size; "
        + "restore it, or regenerate its Manifest")
    says(output, [message])
    says(
      "Calculating dependencies ... * Manifest not found for '/src/r/a/b/b-2.ebuild'\n done!\n",
      [.error("emerge ignores r/a/b/b-2.ebuild, which has no Manifest; create one")])
  }

  @Test func anEbuildThatCannotBeRead() {
    let output = """
      Calculating dependencies ...
      Messages for package dev-util/buildtool-2::tiny:
       * ERROR: dev-util/buildtool-2::tiny failed (depend phase):
       *   nosuch.eclass could not be found by inherit()
       *
       * Call stack:
       done!
      """
    let text =
      "emerge ignores dev-util/buildtool-2, whose ebuild cannot be read: "
      + "nosuch.eclass could not be found by inherit(); correct it"
    says(output, [.error(text)])
  }

  @Test func linesOfTheConfiguration() {
    says(
      """
      --- Invalid atom in /src/p/target/etc/portage/package.use/leaf: dev-util/buildtool-1
      --- Invalid atom in /repo/profiles/package.mask: =nonsense
      Calculating dependencies ... done!
      """,
      [
        .error(
          "emerge ignores a line: Invalid atom in p/target/etc/portage/package.use/leaf: dev-util/buildtool-1; correct it"
        ),
        .warning("Invalid atom in /repo/profiles/package.mask: =nonsense"),
      ])
  }

  @Test func updatesThatConflict() {
    let output = """
      WARNING: One or more updates/rebuilds have been skipped due to a dependency conflict:

      app-misc/leaf:0 for /T/O/sysroot/

        (app-misc/leaf-2:0/0::tiny, ebuild scheduled for merge to '/T/O/sysroot/') USE="" conflicts with
          <app-misc/leaf-2 required by (app-misc/farewell-2:0/0::tiny, ebuild scheduled for merge to '/T/O/sysroot/') USE=""
          ^              ^

      dev-util/buildtool:0 for /T/O/sysroot/

        (dev-util/buildtool-2:0/0::tiny, ebuild scheduled for merge to '/T/O/sysroot/') USE="" conflicts with
          =dev-util/buildtool-1* required by (app-misc/farewell-2:0/0::tiny, ebuild scheduled for merge to '/T/O/sysroot/') USE=""
          ^                   ^^
          <dev-util/buildtool-2 required by (app-misc/extra-1-1:0/0::tiny, installed in '/T/O/sysroot/') USE=""
          ^                   ^


      !!! The following update(s) have been skipped due to unsatisfied dependencies
      !!! triggered by backtracking:

      app-misc/farewell:0 for /T/O/sysroot/
      >>> Verifying ebuild manifests
      """
    let remedy = "; update or remove the package that wants another version, or mask the update"
    says(
      output,
      [
        .warning(
          "the update to app-misc/leaf-2 was skipped: app-misc/farewell-2 wants <app-misc/leaf-2" + remedy),
        .warning(
          "the update to dev-util/buildtool-2 was skipped: app-misc/farewell-2 wants =dev-util/buildtool-1*, "
            + "app-misc/extra-1-1 wants <dev-util/buildtool-2" + remedy),
        .warning("an update of app-misc/farewell:0 was skipped: its dependencies are not available"),
      ])
  }

  private static let skipped = """
    !!! The following update has been skipped due to unsatisfied dependencies:

    dev-util/buildtool:0 for /T/O/sysroot/

      selected: (dev-util/buildtool-1-1:0/0::tiny, installed in '/T/O/sysroot/')
      skipped: (dev-util/buildtool-2:0/0::tiny, ebuild scheduled for merge to '/T/O/sysroot/') (see unsatisfied dependency below)

    emerge: there are no ebuilds to satisfy "dev-util/none" for /T/O/sysroot/.
    (dependency required by "dev-util/buildtool-2::tiny" [ebuild])

    """

  @Test func anUpdateWhoseDependencyIsMissing() {
    let message = EmergeMessage.warning(
      "the update to dev-util/buildtool-2 was skipped: there is no ebuild for dev-util/none; "
        + "check the spelling, or add the repository that has it")
    let news = " * IMPORTANT: 2 news items need reading for repository 'gentoo'.\n"
    says(
      Self.skipped + news,
      [message, .warning("news unread of repository 'gentoo': 2; they are in its metadata/news")])
  }

  @Test func whatIsSkippedIsNotWhyAStageFails() {
    let failure = """
      >>> Compiling source in /w ...
      x.c:1:2: error: expected ;
       * ERROR: t/fail-1::r failed (compile phase):
       *   emake failed
      """
    let masked =
      "!!! The following installed packages are masked:\n- a/b-1::r (masked by: package.mask)\nFor more\n\n"
    for before in [Self.skipped, masked] {
      let diagnosis = Diagnosis(emergeOutput: (before + failure).utf8)
      #expect(diagnosis?.headline == "t/fail-1 failed in its compile phase")
    }
    #expect(Diagnosis(emergeOutput: Self.skipped.utf8)?.headline == "there is no ebuild for dev-util/none")
  }

  private static let logged = """
    >>> Emerging (1 of 1) dev-util/buildtool-2::tiny for /T/O/sysroot/
     * a warning of it
    !!! Couldn't download '.layout.conf.mirror'. Aborting.
    >>> Completed (1 of 1) dev-util/buildtool-2::tiny to /T/O/sysroot/

     * Messages for package dev-util/buildtool-2 merged to /T/O/sysroot/:
     * Log file: /T/O/portage-logs/dev-util:buildtool-2:20261121-091949.log

     * a warning of it
     * a second line
     * after the merge: run this

     * Messages for package a/b-1 merged to /T/O/sysroot/:

     * other words

    """

  @Test func whatPackagesLog() {
    says(
      Self.logged,
      [
        .warning("dev-util/buildtool-2 says: a warning of it a second line after the merge: run this"),
        .warning("a/b-1 says: other words"),
      ])
    let binary = Self.logged.replacing("Emerging (1", with: "Emerging binary (1")
    says(binary, [.warning("a/b-1 says: other words")])
    let failed = Self.logged.replacing(
      "* a second line", with: "* ERROR: dev-util/buildtool-2::tiny failed (x):")
    says(failed, [.warning("a/b-1 says: other words")], isSuccess: false)
  }

  @Test func filesOfNobodyThatAreOverwritten() {
    let output = """
      >>> Completed (1 of 1) sys-libs/glibc-2::tiny to /T/O/sysroot/

       * Messages for package sys-libs/glibc-2 merged to /T/O/sysroot/:

       * This package will overwrite one or more files that may belong to other
       * packages (see list below). You can use a command such as `portageq
       *
       * Detected file collision(s):
       *
       * 	/T/O/sysroot/usr/lib/libc.so.6
       *
       * None of the installed packages claim the file(s).
       *
       * Package 'sys-libs/glibc-2' merged despite file collisions. If
       * necessary, refer to your elog messages for the whole content of the
       * above message.
      """
    says(output, [])
    says(
      output + "\n * and a word of its own\n",
      [.warning("sys-libs/glibc-2 says: and a word of its own")])
  }

  @Test func preservedLibraries() {
    says(
      """
      >>> Completed (1 of 1) app-misc/extra-2::tiny to /T/O/sysroot/
      !!! Command Not Found: /T/O/host/usr/bin/scanelf

      !!! existing preserved libs:
      >>> package: app-misc/extra-2
       *  - /usr/lib/libf.so.1
      Use emerge @preserved-rebuild to rebuild packages using these libraries
      """,
      [
        .warning("emerge says: Command Not Found: /T/O/host/usr/bin/scanelf"),
        .warning(
          "/usr/lib/libf.so.1 is no longer in app-misc/extra-2 and only kept for packages that were not rebuilt, but "
            + "the image lacks it; rebuild them, with 'FEATURES=-preserve-libs' in make.conf"),
      ])
  }

  @Test func theRest() {
    says(
      """
      !!! Your current profile is deprecated and not supported anymore.
      !!! Use eselect profile to update your profile.
      !!! Please upgrade to the following profile if possible:

              default/linux/amd64/23.0

      !!! CONFIG_PROTECT is empty for '/T/O/sysroot/'
      !!! Invalid binary package: '/O/p/b-1-1.gpkg.tar', Manifest not found: /O/p/b-1-1.gpkg.tar
      FEATURES variable contains unknown value(s): nosuchfeature
      Calculating dependencies ... done!

      WARNING: A requested package will not be merged because it is listed in
      package.provided:

        dev-util/buildtool pulled in by 'args'

      !!! Something that nobody knows
      !!! of two lines

      !!! The following installed packages are masked:
      - dev-util/buildtool-1::tiny (masked by: package.mask)

      """,
      [
        .warning("the profile is deprecated: replace it with default/linux/amd64/23.0 in make.profile"),
        .warning("a binary package cannot be read and is rebuilt: /O/p/b-1-1.gpkg.tar"),
        .warning(
          "emerge says: FEATURES variable contains unknown value(s): nosuchfeature"
        ),
        .warning(
          "dev-util/buildtool is not built: package.provided lists it; remove it there or from the sets"),
        .warning("emerge says: Something that nobody knows of two lines"),
      ])
    says(">>> Emerging (1 of 1) a/b-1::r for /\n!!! x\n>>> Completed (1 of 1) a/b-1::r\n\n", [])
    says("!!! All ebuilds that could satisfy \"a/b\" have been masked.\n", [], isSuccess: false)
    says("", [])
  }

  @Test func failuresThatAreAboutFiles() {
    func says(_ output: String, _ headline: String, _ details: [String] = []) {
      let diagnosis = Diagnosis(emergeOutput: output.utf8)
      #expect(diagnosis?.headline == headline)
      #expect(diagnosis?.details == details)
    }
    says(
      "- a/b-1::r (masked by: )\nsysbuild: error: one thing\nsysbuild: error: another\n", "one thing",
      ["another"])
    says(
      "!!! Digest verification failed:\n!!! /r/a/b/b-2.ebuild\n!!! Reason: Filesize does not match recorded size\n",
      "/r/a/b/b-2.ebuild does not match its Manifest: Filesize does not match recorded size")
    says(
      """
      !!! Fetched file: x-2.tar.gz VERIFY FAILED!
      !!! Reason: Insufficient data for checksum verification
      >>> Failed to emerge dev-util/buildtool-2 for /T/O/sysroot/, Log file:
      """, "the Manifest does not say what x-2.tar.gz should be",
      ["who writes it there vouches for the file in DISTDIR"])
    says(
      """
       * Detected file collision(s):
       *
       * 	/T/O/rootfs.new/etc/extra.conf
       *
       * Searching all installed packages for file collisions...
       *
       * app-misc/extra-3:0::tiny
       * 	/T/O/rootfs.new/etc/extra.conf
       *
       * Package 'app-misc/farewell-3' NOT merged due to file collisions. If
      """, "app-misc/farewell-3 was not merged, because some of its files belong to another package",
      ["/T/O/rootfs.new/etc/extra.conf belongs to app-misc/extra-3"])
  }
}
