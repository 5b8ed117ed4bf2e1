import Platform
import Testing

/// Where variables get their values, where O and IMAGESDIR then are, and what of it reaches a command.
@Suite struct VariableStories {
  private func story(_ name: String = "tree") throws -> BuildStory { try CommandLineStories().story(name) }

  @Test func precedence() throws {
    let story = try story()
    func greeting(_ arguments: [String], _ environment: [String]) throws -> String {
      _ = try story.run(arguments + ["-s", "greeting"], environment: environment)
      return try story.read("out/greeting")
    }
    #expect(try greeting([], []) == "hello world's \"best\"\n")
    #expect(try greeting([], ["GREETING=hi"]) == "hi world's \"best\"\n")
    #expect(try greeting([], ["GREETING="]) == "hello world's \"best\"\n")
    #expect(try greeting(["GREETING=a $b", "GREETING=cheers"], ["GREETING=hi"]) == "cheers world's \"best\"\n")
    try story.expect(
      "-n", "greeting",
      out: "greeting  stale    variable GREETING: 'cheers' → 'hello'\n1 stale, 0 pending, 0 fresh\n")
  }

  @Test func whatACommandFindsInItsEnvironment() throws {
    let story = try BuildStory(
      "[target x]\ninputs = env:MOOD env:UNSET\nenvironment = B=${V}\n              HOME=/nowhere\nrun = Z=1 env\n"
    )
    story.environment = ["PATH=/usr/bin:/bin", "MOOD=glad", "SECRET=1", "LANG=de_DE"]
    try story.run("-j1")
    #expect(
      try story.run("log").status == 2
        && story.log("x").filter { $0.hasPrefix("| ") }.joined(separator: "\n")
          == "| B=0\n| HOME=/nowhere\n| LC_ALL=C.UTF-8\n| MOOD=glad\n| PATH=/usr/bin:/bin\n| TERM=dumb\n| TMPDIR=\(story.build)/tmp\n| Z=1"
    )
  }

  @Test func whereOIs() throws {
    let story = try story()
    let out = "copy: never built\ncopy: done in T\ndone: 1 target ran in T\n"
    for (arguments, environment, place) in [
      (["O=build"], [], "build"), (["O=\(story.folder)/else"], [], "../else"), ([], ["O=env"], "env"),
      (["O=../both"], ["O=env"], "../both"),
    ] {
      #expect(try story.run(arguments + ["copy"], environment: environment).out == out)
      #expect(try story.read("\(place)/copy") == "a\n")
    }
    // Relative ones start at the source tree, wherever sysbuild was started.
    #expect(try story.run("-C", "\(story.source)", "O=build", "-q", "copy", directory: "/").status == 0)
    try story.write(
      "targets.conf", "graph = none\nO = ../own\nIMAGESDIR = ${O}/pictures\n" + CommandLineStories.targets)
    #expect(try story.run("-C", "\(story.source)", "copy", directory: "/").out == out)
    #expect(try story.read("../own/copy") == "a\n")
    #expect(try story.run("show", "copy").out.contains("cp src/a DIR/own/copy\n"))
    #expect(try story.run("O=x", "show", "copy").out.contains("cp src/a DIR/tree/x/copy\n"))
  }

  @Test("one source tree, whatever way led to it") func aLinkToTheSourceTree() throws {
    let story = try BuildStory(
      "[target x]\ninputs = value:SOURCE file:a\noutputs = file:${O}/x\nrun = cp ${SOURCE}/a ${O}/x\n")
    try story.write("a", "1")
    try story.run()
    try story.shell("ln -s tree \"$D/link\"; mkdir \"$D/other\"; ln -s ../tree \"$D/other/link\"")
    for way in ["link", "other/link", "other/../link", "link/../tree"] {
      #expect(try story.run("-C", way, directory: story.folder).out == "x: up to date\n", "\(way)")
      #expect(try story.run("-C", way, "-n", directory: story.folder).out == "up to date: 1 target fresh\n")
    }
    try story.write("a", "2")
    #expect(try story.run("-C", "link", directory: story.folder).targets == ["x"])
    #expect(try story.run().out == "x: up to date\n")
  }

  @Test(arguments: ["with space", "ünïcödé", "a'b\"c", "$HOME", "tab\tand\\back"])
  func namesOfFolders(_ name: String) throws {
    let story = try story(name)
    try story.build("copy", runs: ["copy"])
    #expect(try story.read("out/copy") == "a\n")
    try story.build("O=\(story.folder)/o \(name)", "copy", runs: ["copy"])
    try story.shell("rm out/copy; \"$B\" show copy | sed '1,/^# by hand/d' | sh")
    try story.build("copy", runs: [])
  }
}
