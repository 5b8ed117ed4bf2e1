import Platform
import Testing

/// Every kind of reason and of artifact: what was edited, and exactly what a dry run says of it.
///
/// Each case is an edit of one tree in which `x` was just built and reads a bit of everything. Beginnings of
/// digests are called `#`.
@Suite struct ExplanationTable {
  private static let targets = """
    VALUE = a

    [target x]
    needs       = made checked
    inputs      = file:file file:absent tree:tree !skipped link:link
                  set:sets/s.packages config:root installed:system
                  value:LATER env:MOOD env:NEW tool:hammer
    outputs     = file:${O}/x tree:${O}/t
    environment = GREETING=hello
    run         = sh -c "test ! -e ${O}/fail && { test ! -e ${O}/slow || { echo > ${O}/slow; sleep 1000; }; }"
                  sh -c "mkdir -p ${O}/t; echo ${VALUE} > ${O}/x; echo > ${O}/t/m"

    [target made]
    inputs  = file:part
    outputs = file:${O}/made
    run     = cp part ${O}/made

    [target checked]
    inputs = file:seen
    run    = true

    """

  private static let files = [
    "file": "", "part": "", "seen": "", "tree/a": "", "tree/sub/b": "", "tree/skipped": "", "tools/hammer": "",
    "sets/s.packages": "@more\na/b\n", "sets/more.packages": "c/d\n",
    "root/etc/portage/make.conf": "USE=\"x\"\n", "root/etc/portage/package.use/p": "# why\na/b one two\n",
    "system/var/db/pkg/a/b-1/BUILD_ID": "1\n",
  ]

  /// Shell that has `x` run, and waits until its command does.
  private static let untilItRuns =
    "mkfifo out/slow; \"$B\" -B x & read x < out/slow"

  struct Case: CustomTestStringConvertible {
    let edit: String
    let reasons: [String]
    /// Of the dry run; the build before it has `MOOD=glad`.
    var environment = ["MOOD=glad"]
    var options: [String] = []

    init(_ edit: String, _ reasons: String..., environment: [String] = ["MOOD=glad"], options: [String] = []) {
      self.edit = edit
      self.reasons = reasons
      self.environment = environment
      self.options = options
    }

    var testDescription: String { edit }
  }

  private func story() throws -> BuildStory {
    let story = try BuildStory(Self.targets, inMemory: true)
    for (name, text) in Self.files { try story.write(name, text) }
    try story.shell("mkdir tree/empty; ln -s a tree/l; ln -s file link; chmod +x tools/hammer")
    return story
  }

  @Test(arguments: [
    // Files.
    Case("echo 1 > file", "file changed"),
    Case("chmod +x file", "file changed: executable bit added"),
    Case("echo 1 > file; chmod +x file", "file changed: executable bit added, content changed"),
    Case("rm file", "file is gone"),
    Case("touch absent", "absent is there now"),
    Case("touch file"),
    // Trees.
    Case("touch tree/c", "tree changed: c added"),
    Case("rm tree/a", "tree changed: a removed"),
    Case("echo 1 > tree/sub/b", "tree changed: sub/b changed"),
    Case("chmod +x tree/a", "tree changed: a: file → exec"),
    Case("rm tree/a; mkdir tree/a", "tree changed: a: file → dir"),
    Case("ln -sf b tree/l", "tree changed: l: link a → link b"),
    Case("rm -r tree/empty", "tree changed: empty removed"),
    Case("mkdir tree/.new", "tree changed: .new added"),
    Case("rm -r tree", "tree is gone"),
    Case("rm tree/a; touch tree/c tree/d tree/e", "tree changed: a removed, c added, d added, and 1 more"),
    Case("echo 1 > tree/a; rm out/stamps/listings/*", "tree changed"),
    Case("echo 1 > tree/skipped"),
    // Links.
    Case("ln -sf part link", "link: 'file' → 'part'"),
    Case("rm link", "link is gone"),
    // Package sets.
    Case("echo e/f >> sets/s.packages", "sets/s.packages changed: e/f added (sets/s.packages:3)"),
    Case("sed -i /a.b/d sets/s.packages", "sets/s.packages changed: a/b removed (sets/s.packages:2)"),
    Case("echo e/f >> sets/more.packages", "sets/s.packages changed: e/f added (sets/more.packages:2)"),
    Case(
      "echo '>=c/d-2' > sets/more.packages",
      "sets/s.packages changed: >=c/d-2 added (sets/more.packages:1), c/d removed (sets/more.packages:1)"),
    Case("sed -i '1i # a comment' sets/s.packages"),
    // Configuration roots.
    Case(
      "sed -i 's/one/-one/' root/etc/portage/package.use/p",
      "root changed: a/b one: on → off (root/etc/portage/package.use/p:2)"),
    Case(
      "echo 'c/d x' >> root/etc/portage/package.use/p",
      "root changed: c/d x added (root/etc/portage/package.use/p:3)"),
    Case(
      "rm root/etc/portage/package.use/p",
      "root changed: a/b one removed (root/etc/portage/package.use/p:2), a/b two removed (root/etc/portage/package.use/p:2)"
    ),
    Case(
      "echo 'USE=\"x y\"' > root/etc/portage/make.conf",
      "root changed: USE: x → x y (root/etc/portage/make.conf:1)"),
    Case("sed -i '1i # a comment' root/etc/portage/package.use/p"),
    // Installed packages.
    Case(
      "echo 2 > system/var/db/pkg/a/b-1/BUILD_ID",
      "packages in system changed: a/b-1 rebuilt"),
    Case(
      "cd system/var/db/pkg/a/b-1; echo 1/2 > SLOT; echo '+x y' > IUSE; echo 'x y z' > USE; echo own > repository",
      "packages in system changed: a/b-1 rebuilt: slot 0 → 1/2, from unknown → own, USE +x +y"),
    Case("mkdir -p system/var/db/pkg/a/c-1", "packages in system changed: a/c-1 added"),
    Case(
      "mv system/var/db/pkg/a/b-1 system/var/db/pkg/a/b-2",
      "packages in system changed: a/b-1 removed, a/b-2 added"),
    Case("rm -r system", "packages in system are gone"),
    // Variables and the environment.
    Case("sed -i 's/^VALUE = a/VALUE = b/' targets.conf", "variable VALUE: 'a' → 'b'"),
    Case("sed -i '1i LATER = 1' targets.conf", "variable LATER is there now"),
    Case(":", "environment variable MOOD: 'glad' → 'sad'", environment: ["MOOD=sad"]),
    Case(":", "environment variable MOOD: 'glad' → ''", environment: ["MOOD="]),
    Case(":", "environment variable MOOD is gone", environment: []),
    Case(":", "environment variable NEW is there now", environment: ["MOOD=glad", "NEW=1"]),
    // Programs.
    Case("echo >> tools/hammer", "program hammer: 'tools/hammer #' → 'tools/hammer #'"),
    Case("mkdir early; mv tools/hammer early", "program hammer: 'tools/hammer #' → 'early/hammer #'"),
    Case("rm tools/hammer", "program hammer is gone"),
    // What needs hand on.
    Case("echo 1 > part; \"$B\" made", "${O}/made changed"),
    Case("echo 1 > seen; \"$B\" checked", "target checked changed"),
    // Recipes and declarations.
    Case(
      "sed -i 's/mkdir -p/mkdir  -p/' targets.conf",
      "recipe changed: run: sh -c \"mkdir -p ${O}/t; e… → sh -c \"mkdir  -p ${O}/t; e…"),
    Case(
      "sed -i 's/echo > ${O}.t.m/echo > ${O}\\/t\\/m; true/' targets.conf",
      "recipe changed: run: …> ${O}/t/m\" → …> ${O}/t/m; true\""),
    Case(
      "sed -i '/^run  *= sh/s/sh.*/true/' targets.conf",
      "recipe changed: run: sh -c \"test ! -e ${O}/fail && { test ! -e ${O}/… → true"),
    Case("sed -i 's/^run  *= sh/run = true\\n  sh/' targets.conf", "recipe changed: run true added"),
    Case(
      "sed -i '/sh -c .mkdir/d' targets.conf",
      "recipe changed: run sh -c \"mkdir -p ${O}/t; echo ${VALUE} > ${O}/x; echo > ${O}/t/m\" removed"),
    Case("sed -i 's/=hello/=hi/' targets.conf", "recipe changed: environment GREETING: hello → hi"),
    Case("sed -i 's/=hello/=hello\\n A=1/' targets.conf", "recipe changed: environment A=1 added"),
    Case("sed -i /hello/d targets.conf", "recipe changed: environment GREETING=hello removed"),
    Case("sed -i 's/file:absent//' targets.conf", "recipe changed: input file:absent removed"),
    Case(
      "sed -i 's/file:absent/file:part/' targets.conf",
      "recipe changed: input file:absent removed, input file:part added"),
    Case(
      "sed -i 's/tree:tree !skipped/tree:tree/' targets.conf",
      "recipe changed: input tree:tree !skipped removed, input tree:tree added"),
    Case(
      "sed -i 's/= file:${O}.x/= file:${O}\\/x file:${O}\\/y/' targets.conf",
      "recipe changed: output file:${O}/y added"),
    Case("sed -i 's/ tree:${O}.t$//' targets.conf", "recipe changed: output tree:${O}/t removed"),
    Case("sed -i 's/= made checked/= made/' targets.conf", "recipe changed: need checked removed"),
    Case("echo '# a comment' >> targets.conf"),
    // Outputs.
    Case("rm out/x", "output ${O}/x is missing"),
    Case("echo 1 > out/x", "output ${O}/x was altered"),
    Case("chmod +x out/x", "output ${O}/x was altered: executable bit added"),
    Case("touch out/t/n", "output ${O}/t was altered: n added"),
    Case("rm -r out/x out/t", "output ${O}/x is missing", "output ${O}/t is missing"),
    // Stamps.
    Case("rm out/stamps/x.stamp", "never built"),
    Case(
      "truncate -s -9 out/stamps/x.stamp",
      "its stamp cannot be used: it is cut short or was edited (its checksum does not fit)"),
    Case("echo hello > out/stamps/x.stamp", "its stamp cannot be used: it is not a sysbuild stamp"),
    Case("cp out/stamps/made.stamp out/stamps/x.stamp", "its stamp cannot be used: it is not a sysbuild stamp"),
    Case(
      "sed -i '1s/1/7/' out/stamps/x.stamp",
      "its stamp cannot be used: it has version 7, this sysbuild writes 1"),
    Case("rm out/stamps/x.stamp; mkdir out/stamps/x.stamp", "its stamp cannot be used: Is a directory"),
    // The last run.
    Case(
      "touch out/fail; echo 1 > file; ! \"$B\" x; rm out/fail",
      "last run failed: command 1 of 2, 'sh' exited with status 1", "file changed"),
    Case("\(untilItRuns); kill -9 $!; wait $! || rm out/slow", "its last run was cut off before it ended"),
    Case("\(untilItRuns); kill $!; wait $! || rm out/slow", "its last run was interrupted"),
    // What needs will or may make.
    Case("echo 1 > part", "pending on made"),
    Case("echo 1 > part; echo 1 > seen", "pending on made, checked"),
    Case("echo 1 > part; echo 1 > file", "file changed"),
    Case("rm out/made", "pending on made"),
    // What is asked for.
    Case(":", "forced", options: ["-B"]),
    Case("echo 1 > file", "forced", "file changed", options: ["-B"]),
    Case(":", "file is assumed to have changed", options: ["-W", "file"]),
    Case(":", "tree is assumed to have changed", options: ["-W", "tree/new"]),
    Case(":", "pending on made", options: ["-W", "out/made"]),
    Case(":", "variable VALUE: 'a' → 'b'", options: ["-W", "VALUE=b"]),
    Case(":"),
  ])
  func explanation(_ given: Case) throws {
    let story = try story()
    let path = "PATH=\(story.source)/early:\(story.source)/tools:/usr/bin:/bin"
    story.environment = [path, "MOOD=glad"]
    #expect(try story.run("x").status == 0)
    try story.shell(given.edit)
    story.environment = [path] + given.environment
    let ran = try story.run(given.options + ["-n", "x"])
    #expect(reasons(ran.out) == given.reasons, "\(ran.err)")
  }

  /// What is said of `x`, reason by reason.
  private func reasons(_ plan: String) -> [String] {
    var target: Substring = ""
    var reasons: [String] = []
    for line in plan.replacing(/\b[0-9a-f]{8}'/, with: "#'").split(separator: "\n") {
      if line.first != " " { target = line.prefix { $0 != " " } }
      if target != "x" { continue }
      let text = line.drop { $0 != " " }.drop { $0 == " " }
      let verdict = text.hasPrefix("stale ") ? "stale " : ""
      reasons.append(
        String(text.dropFirst(verdict.count).drop { $0 == " " }).replacing("pending  ", with: "pending "))
    }
    return reasons
  }
}
