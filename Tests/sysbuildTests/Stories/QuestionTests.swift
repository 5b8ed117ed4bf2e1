import Glibc
import Platform
import TestSupport
import Testing

/// Questions while a build goes on and the sources are edited. `SYSBUILD_QUESTIONS` is how many are asked.
@Suite struct QuestionTests {
  /// Makes and removes files in a tree all the time that it runs.
  private static let churning = """
    [target churn]
    inputs  = file:src/churn
    outputs = tree:${O}/tree
    run     = sh -c "rm -rf ${O}/tree; for i in 1 2 3 4; do for j in 1 2 3 4 5 6; do mkdir -p ${O}/tree/$$j/x; echo $$i > ${O}/tree/$$j/x/f; done; rm -r ${O}/tree/*; done; cp src/churn ${O}/tree"

    """
  private static let names = Set(KnownBuild.needs.map(\.name) + ["churn"])

  /// `b` is never touched and needs nothing, so what is said of it is always the same.
  @Test func duringBuilds() throws {
    var known = try KnownBuild(for: "duringBuilds", and: Self.churning)
    let story = known.story
    try story.write("src/churn", "0\n")
    try story.run("-j3", "all", "churn")
    let list = try story.run("list").out
    let editable = KnownBuild.needs.map(\.name).filter { $0 != "b" }
    var building: BuildStory.Running?
    var (builds, during, answers) = (0, 0, [Int32: Int]())
    for number in 0..<KnownBuild.rounds("SYSBUILD_QUESTIONS", 400) {
      if building?.hasEnded ?? true {
        if let building { try check(building.end()) }
        builds += 1
        try known.edit(number, among: editable)
        try story.write("src/churn", "\(number)\n")
        building = try story.start(["-j3", "all", "churn"])
      } else if number % 9 == 0 {
        try known.edit(number, among: editable)
      }
      let words = Self.questions[number % Self.questions.count]
      let ran = try story.run(words)
      if let building, !building.hasEnded { during += 1 }
      answers[ran.status, default: 0] += 1
      let what: Comment =
        "\(seedSetting), question \(number): \(words): status \(ran.status)\n\(ran.out)\(ran.err)"
      #expect(ran.err.isEmpty && (ran.status == 0 || words == ["-q"] && ran.status == 1), what)
      #expect(try isRight(words, ran.out, list: list), what)
    }
    if let building { try check(building.end()) }
    // A command may have read an edit that came after its inputs were looked at, and then it is due though it is right.
    try check(story.run(["-j3", "all", "churn"]))
    try known.mend("\(seedSetting), after all questions")
    #expect(during > 0 && answers[1] != nil, "\(seedSetting), \(during) of \(answers) during \(builds) builds")
  }

  private static let questions = [
    ["-n"], ["-q"], ["status", "--json"], ["why", "g", "--json"], ["-q", "b"], ["graph", "--json"], ["status"],
    ["history", "--json"], ["why", "b"], ["list"], ["log", "g"], ["-n", "--json"], ["why", "all"], ["-n", "b"],
    ["affects", "src/b", "--json"], ["history"], ["graph"], ["-n", "churn", "--json"],
  ]

  private func check(_ build: BuildStory.Ran) throws {
    let complaints = build.err.split(separator: "\n").filter {
      !$0.contains(": changed while it ran, so it is ")
    }
    #expect(build.status == 0 && complaints.isEmpty, "\(build.out)\(build.err)")
  }

  /// Whether an answer is whole, and true as far as that can be known while everything changes.
  private func isRight(_ words: [String], _ answer: String, list: String) throws -> Bool {
    let lines = answer.split(separator: "\n")
    if words.contains("--json") {
      let json = try StrictJSON(answer)
      switch words[0] {
      case "history": return isHistory(json)
      case "affects": return json["files"]?[0]?["targets"]?.elements.isEmpty == false
      default:
        return arePlausible(
          json["targets"]?.elements ?? [], isWhole: words[0] == "status" || words[0] == "graph")
      }
    }
    switch words {
    case ["-n"]:
      let counts = lines.last?.matches(of: /\d+/).compactMap { Int($0.output) } ?? []
      return counts.reduce(0, +) == KnownBuild.needs.count && !answer.contains("unreadable")
        && !lines.contains { $0.hasPrefix("b ") }
    case ["-q"], ["-q", "b"]: return answer.isEmpty
    case ["-n", "b"]: return answer == "up to date: 1 target fresh\n"
    case ["why", "b"]: return answer == "b is fresh: nothing that it depends on has changed\n"
    case ["why", "all"]: return answer.contains("all is ") && !answer.contains("unreadable")
    case ["list"]: return answer == list
    case ["status"]:
      return lines.count == Self.names.count + 1 && lines.contains { $0.contains(/^b +fresh +\d/) }
    case ["log", "g"]: return lines.allSatisfy { $0.contains(/^\d\d:\d\d:\d\d\.\d{3} [#$|]\s/) }
    case ["history"]: return !answer.contains("cut off")
    default: return !answer.isEmpty
    }
  }

  private func arePlausible(_ targets: [StrictJSON], isWhole: Bool) -> Bool {
    let names = targets.compactMap { target in if case .string(let name)? = target["name"] { name } else { nil }
    }
    return Set(names).count == targets.count && Set(names).isSubset(of: Self.names)
      && (!isWhole || names.count == Self.names.count)
      && targets.allSatisfy { target in
        let kinds = target["reasons"]?.elements.map { $0["kind"] } ?? []
        switch target["verdict"] {
        case .string("fresh"): return kinds.isEmpty
        case .string("stale"):
          return target["name"] != .string("b") && !kinds.contains(.string("stampUnreadable"))
            && !kinds.contains(.string("neverBuilt"))
        case .string("pending"): return target["name"] != .string("b") && kinds.isEmpty
        default: return false
        }
      }
  }

  /// No run was killed, so that only the last can be without an end, and goes on then.
  private func isHistory(_ json: StrictJSON) -> Bool {
    let outcomes = json["runs"]?.elements.map { $0["outcome"] } ?? []
    return !outcomes.isEmpty && outcomes.dropLast().allSatisfy { $0 == .string("succeeded") }
      && [.string("succeeded"), .string("running")].contains(outcomes.last)
  }

  /// While a build waits for something, with the lock on O, every question is answered and writes nothing.
  @Test func questionsWriteNothing() throws {
    let known = try KnownBuild(
      for: "questionsWriteNothing",
      and: "[target gated]\nneeds = a\nrun = sh -c \"echo > ready; cat gate\"\n[target idle]\nneeds = gated\n")
    let story = known.story
    try story.run("b")
    try story.makeFIFO("ready")
    try story.makeFIFO("gate")
    let building = try story.start(["idle"])
    _ = try File.read(story.source / "ready")
    let before = try story.listing(of: story.source)
    for words in Self.questions where !words.contains("churn") && !words.contains("g") {
      let ran = try story.run(words)
      #expect(ran.status == (words == ["-q"] ? 1 : 0) && ran.err.isEmpty, "\(words): \(ran.err)")
    }
    let runs = try StrictJSON(story.run("history", "--json").out)["runs"]
    #expect(runs?[1]?["outcome"] == .string("running"))
    #expect(try story.run("log").out.contains(" $ sh -c "))
    let plan = try StrictJSON(story.run("-n", "--json", "idle").out)["targets"]
    #expect(plan?.elements.map { $0["verdict"] } == [.string("fresh"), .string("stale"), .string("pending")])
    #expect(try story.listing(of: story.source) == before)
    try File.write([], to: story.source / "gate")
    #expect(try building.end().status == 0)
  }
}
