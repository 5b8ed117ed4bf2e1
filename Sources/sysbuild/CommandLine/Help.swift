/// The texts of `--help` and `--version`.
enum Help {
  static let version = "sysbuild 0.1.0\n"

  static let text = """
    usage: sysbuild [option …] [VAR=value …] [target … | QUERY [target …]]

    Brings the targets up to date ('image' if none is named): runs what is stale.

      -n, --dry-run       say what would run and why; write nothing
          --packages      with -n, what emerge would build, update and remove
      -q, --question      say nothing; exit 1 if something is stale
      -B, --always-make   run every target, stale or not
      -k, --keep-going    after a failure go on with what does not depend on it
      -t, --touch         record the targets as made without running them
      -W, --what-if FILE  a dry run as if FILE had changed, or VAR=value were set
      -j, --jobs N        run up to N targets at once (default: the processors,
                          or the slots of the make that calls)
          --wait          wait for another sysbuild in the same O
      -s, --silent        say only what went wrong
          --events FILE   write what happens there, a JSON object a line
          --trace FILE    write when what ran there, for ui.perfetto.dev or Chrome
      -C, --directory DIR use the source tree in DIR
          --json          answer in JSON: with -n and most queries
      -h, --help          this text, or with --version the version

    queries:
      list                the targets, with a line about each
      status              every target's verdict, its last success, how long it took
      why [--all] TARGET  why it is stale, the root cause first
      affects FILE…       which targets read FILE, and which are behind those
      graph [TARGET…]     what needs what; --format tree, dot, svg, mermaid, json
      show TARGET         its declaration, and its commands ready for a shell
      packages [ROOT]     what is in the rootfs or sysroot and why (--all in full);
                          --size sorts by size, --diff OLD [NEW] compares images
      log [-f] [TARGET]   its last run's log (default: the last that failed); with
                          -f, --follow until that run ends
      history [TARGET…]   the last runs: what ran, why, how long, how it ended
      doctor              whether this machine is fit for the build, and what to do
      clean [TARGET]      remove what it makes and its stamp (default: all targets)

    variables (command line, else environment, else variant.conf or targets.conf):
      O=DIR               the build directory, on a local file system (default: out)
      IMAGESDIR=DIR       where the artifacts go (default: O/images)
      VARIANT=NAME        the board or product: a folder in profiles
      V=1                 show all output of the commands

    exit status: 0 done or fresh, 1 stale under -q, 2 an error, 128+n by signal n

    """
}
