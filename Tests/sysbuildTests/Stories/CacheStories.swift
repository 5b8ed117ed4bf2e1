import Glibc
import Platform
import Stamps
import TestSupport
import Testing

@testable import Caching

/// Builds that share a cache, which fails in every way that a server or a disk can. Whatever happens, the outputs are those
/// of a build without a cache.
@Suite struct CacheStories {
  let known: KnownBuild
  private var story: BuildStory { known.story }

  init() throws { known = try KnownBuild(for: "CacheStories") }

  /// A machine that is thrown away has no O.
  private func throwAway() throws { try story.remove("out") }

  private func run(_ cache: String, _ more: String...) throws -> BuildStory.Ran {
    try story.run(["-j3", "CACHE=\(cache)"] + more)
  }

  private func checkAll(_ what: String, at location: SourceLocation = #_sourceLocation) throws {
    #expect(try story.read("out/all") == known.expected()["all"], "\(what)", sourceLocation: location)
  }

  @Test("an O that was thrown away gets what was built of the same, and only what is read")
  func thrownAway() throws {
    let cache = "\(story.folder)/cache"
    #expect(try run(cache).targets.count == 8)
    try throwAway()
    let again = try run(cache)
    #expect(again.targets == [] && again.out.contains("all: fetched in") && again.err == "", "\(again)")
    try checkAll("fetched")
    #expect(!story.exists("out/g"))
    #expect(try run(cache).out == "all: up to date\n")
    #expect(try story.run("CACHE=", "-n").out.contains("up to date"))

    // What is asked for, or read by what runs, comes as well.
    #expect(try run(cache, "g").out.contains("g: fetched in"))
    try story.write("src/all", "edited\n")
    let edited = try run(cache)
    #expect(
      edited.targets == ["all"] && edited.out.contains("d: fetched in"), "\(edited)")
    try checkAll("edited")

    // Back, and in another O, whose path commands would see.
    try story.write("src/all", "0\n")
    #expect(try run(cache).out.contains("all: fetched in"))
    try checkAll("back")
    #expect(try run(cache, "O=elsewhere").targets.count == 8)
  }

  @Test("another recipe, program, value or environment is another key")
  func keys() throws {
    let cache = "\(story.folder)/cache"
    let sections = try story.read("targets.conf")
    let recipe = "sh -c \"{ echo all;"
    #expect(try run(cache).targets.count == 8)
    for (change, expected) in [
      (sections.replacing(recipe, with: "sh -c \"{ echo other;"), "other"),
      ("WORD = one\n" + sections.replacing(recipe, with: "sh -c \"{ echo ${WORD};"), "one"),
      ("WORD = two\n" + sections.replacing(recipe, with: "sh -c \"{ echo ${WORD};"), "two"),
      (sections.replacing(recipe, with: "src/run \"{ echo all;"), "first"),
      (sections.replacing(recipe, with: "src/run \"{ echo all;"), "second"),
      (sections.replacing("run     = \(recipe)", with: "environment = W=x\nrun = sh -c \"{ echo $$W;"), "x"),
      (sections.replacing("run     = \(recipe)", with: "environment = W=y\nrun = sh -c \"{ echo $$W;"), "y"),
    ] {
      try story.write(
        "src/run", "#!/bin/sh\nexec sh -c \"$(echo \"$1\" | sed 's/echo all/echo \(expected)/')\"\n")
      story.makeExecutable("src/run")
      try story.write("targets.conf", change)
      try throwAway()
      let ran = try run(cache)
      #expect(ran.targets == ["all"], "\(expected): \(ran)")
      #expect(try story.read("out/all").hasPrefix("\(expected)\n"), "\(expected)")
    }
  }

  @Test("-B, -t and CACHE_MODE: what is asked for is done, and nothing is read or written against them")
  func modes() throws {
    let cache = "\(story.folder)/cache"
    #expect(try run(cache, "CACHE_MODE=read").targets.count == 8)
    #expect(!File.exists(story.folder / "cache"))
    try throwAway()
    let unread = try run(cache, "CACHE_MODE=read")
    #expect(unread.status == 0 && unread.err.contains("there is no such folder"), "\(unread.err)")
    let unwritten = try run("/proc/cache", "-B")
    #expect(unwritten.status == 0 && unwritten.err.contains("'/proc/cache': cannot"), "\(unwritten.err)")
    #expect(try run(cache, "-B").targets.count == 8)
    try throwAway()
    #expect(try run(cache, "CACHE_MODE=write").targets.count == 8)
    try throwAway()
    #expect(try run(cache, "CACHE_MODE=read", "-B").targets.count == 8)
    try throwAway()
    #expect(try run(cache, "CACHE_MODE=read").targets == [])
    try throwAway()
    let wrong = try run(cache, "CACHE_MODE=all")
    #expect(wrong.status == 2 && wrong.err.contains("'read', 'write', 'read-write'"), "\(wrong.err)")
    let password = try run("http://me:secret@127.0.0.1/")
    #expect(password.status == 2 && password.err.contains("~/.netrc"), "\(password.err)")
    let inside = try run(".")
    #expect(inside.status == 2 && inside.err.contains("CACHE"), "\(inside.err)")
  }

  @Test(
    "a server that refuses, fails or lies: one warning, and everything is made here",
    arguments: [
      "return 401;", "return 403;", "return 500;", "return 404;", "return 200 '<html>welcome</html>';",
      "if ($uri ~ ^/cas/) { return 500; }", "if ($uri ~ ^/cas/) { return 404; }",
      "if ($uri ~ ^/cas/) { return 200 'other'; }", "if ($request_method = PUT) { return 507; }",
      "if ($request_method = GET) { return 302 http://127.0.0.1:1/; }",
    ])
  func faultyServer(_ rule: String) throws {
    let place = story.folder / "server"
    try Directory.create(place)
    do {
      let good = try WebServer(in: place)
      #expect(try run(good.url).targets.count == 8)
      good.stop()
    }
    try throwAway()
    let server = try WebServer(in: place, rules: rule)
    let ran = try run(server.url)
    #expect(ran.status == 0, "\(rule): \(ran.err)")
    try checkAll(rule)
    let warnings = ran.err.split(separator: "\n")
    // Whoever finds all does not write.
    #expect(warnings.isEmpty == rule.contains("507") && warnings.count <= 6, "\(rule): \(ran.err)")
  }

  @Test("without the cache, what is there stays, and what is read is made")
  func withoutIt() throws {
    let cache = "\(story.folder)/cache"
    #expect(try run(cache).targets.count == 8)
    try throwAway()
    #expect(try run(cache).targets == [])
    #expect(try story.run("-n").out.contains("up to date"))
    #expect(try story.run("-n", "g").out.contains("g  stale    output ${O}/g is missing"))
    // What was asked for by name, with all that it reads.
    let named = try story.run(["-j3", "d"])
    #expect(named.status == 0 && named.err == "" && named.targets == ["a", "b", "d"], "\(named)")
    try story.write("src/all", "edited\n")
    let ran = try story.run(["-j3"])
    #expect(ran.status == 0 && ran.err == "" && ran.targets == ["all", "c", "e", "f", "g"], "\(ran)")
    try checkAll("without the cache")
  }

  @Test("a record replaces nothing but what its targets make")
  func foreignNames() throws {
    let cache = story.folder / "cache"
    #expect(try run("\(cache)").targets.count == 8)
    for name in try Directory.entries(of: cache / "ac").map(\.name) {
      let file = cache / "ac" / name
      var result = try #require(ActionResult(File.read(file)))
      let content = try #require(result.files.first?.content)
      let text = try FolderArchive.decompress(content, most: 1 << 20, in: story.folder)
      var record = try #require(CacheRecord(text))
      record.parts.append(
        .file(record.parts[0].digest, size: record.parts[0].size, name: "${O}/stamps/all.stamp"))
      let altered = try FolderArchive.compress(record.text, in: story.folder)
      result.files[0] = .init(
        name: "record", digest: SHA256.digest(of: altered), size: altered.count, content: altered)
      try File.write(result.bytes, to: file)
    }
    try throwAway()
    let ran = try run("\(cache)")
    #expect(ran.status == 0 && ran.targets.count == 8, "\(ran)")
    #expect(ran.err.contains("a record of it has what a does not make"), "\(ran.err)")
    try checkAll("foreign names")
  }

  @Test("a password for a proxy stands in no file of O")
  func passwords() throws {
    let cache = "\(story.folder)/cache"
    let secret = "http_proxy=http://me:hush@127.0.0.1:1/"
    #expect(try story.run(["CACHE=\(cache)"], environment: [secret]).targets.count == 8)
    try throwAway()
    #expect(try story.run(["CACHE=\(cache)"], environment: [secret]).out.contains("all: fetched in"))
    #expect(try story.shellFailing("grep -r hush \"$S/out\" \(cache)").status == 1)
  }

  @Test("what is wrong with the cache is said in its words")
  func words() throws {
    let cache = story.folder / "cache"
    #expect(try run("\(cache)").targets.count == 8)
    try story.shell("truncate -s 3 \(cache)/cas/$(sha256sum <$S/out/all | cut -d' ' -f1)")
    try throwAway()
    let ran = try run("\(cache)")
    #expect(
      ran.err.contains("all: warning: what another build made could not be fetched: what the cache has as "),
      "\(ran.err)")
    #expect(ran.err.contains("its SHA-256 is another\n"), "\(ran.err)")
    let history = try story.run("history").out
    #expect(history.contains("lost"), "\(history)")
    // What was made anew has taken its place.
    try throwAway()
    #expect(try run("\(cache)").targets == [])
  }

  @Test("a server that ends in the middle of a run")
  func endsInTheMiddle() throws {
    let place = story.folder / "server"
    try Directory.create(place)
    let server = try WebServer(in: place)
    #expect(try run(server.url).targets.count == 8)
    try throwAway()
    try story.write("src/all", "waits\n")
    let running = try story.start(["-j1", "CACHE=\(server.url)"])
    try running.wait(untilPrinted: "fetched in")
    server.stop()
    let ran = try running.end()
    #expect(ran.status == 0 && ran.err.contains("could not be fetched"), "\(ran.err)")
    try checkAll("the server ended")
  }

  @Test("contents that are lost, cut short or altered are made anew, and mended in the cache")
  func damagedContents() throws {
    let cache = story.folder / "cache"
    #expect(try run("\(cache)").targets.count == 8)
    for (number, change) in [
      "rm", "truncate -s 3", "sh -c 'echo x >> $0'", "sh -c 'printf X | dd conv=notrunc of=$0'",
    ].enumerated() {
      for folder in ["ac", "cas"] {
        try story.shell("find \(cache)/\(folder) -type f -exec \(change) {} \\; 2>/dev/null")
        try throwAway()
        try story.write("src/a", "\(number)\n")
        let ran = try run("\(cache)")
        #expect(ran.status == 0, "\(change): \(ran.err)")
        try checkAll("\(change) in \(folder)")
        try throwAway()
        #expect(try run("\(cache)").status == 0)
        try checkAll("\(change) in \(folder), again")
      }
    }
  }

  /// sysbuild or one of its programs is killed when it enters a system call; `SYSBUILD_KILLS` for each single one.
  @Test(
    "killed while fetching and keeping: the next run, here and elsewhere, makes what is right",
    arguments: [
      "rename", "write", "unlink", "mkdir",
    ])
  func killed(_ call: String) throws {
    let cache = "\(story.folder)/cache"
    #expect(try run(cache).targets.count == 8)
    let step = Environment.value("SYSBUILD_KILLS") == nil ? (call == "write" ? 17 : 5) : 1
    var random = SeededGenerator(for: "killed(\(call))")
    var count = Int.random(in: 1...step, using: &random)
    var killed = 0
    while true {
      try throwAway()
      // Of some what is there is found, and others are made and kept.
      try story.write("src/e", "\(count % 3)\n")
      let what = "\(seedSetting), killed at \(call) \(count)"
      let ran = try story.shellFailing(
        "exec strace -f -qq -o \"$D/trace\" -e trace=\(call) -e inject=\(call):signal=KILL:when=\(count) \"$B\" -j3 CACHE=\(cache)"
      )
      let wasKilled = try story.read(story.folder / "trace").contains("killed by SIGKILL")
      let next = try run(cache)
      #expect(next.status == 0, "\(what): \(ran.err) \(next.err)")
      try checkAll(what)
      try throwAway()
      #expect(try run(cache, "CACHE_MODE=read").status == 0, "\(what)")
      try checkAll("\(what), elsewhere")
      if !wasKilled { break }
      killed += 1
      count += step
    }
    #expect(killed > 0, "\(call) is called \(count) times")
  }
}
