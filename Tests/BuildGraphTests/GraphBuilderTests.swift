import BuildGraph
import Platform
import Stamps
import Testing

func buildGraph(
  _ targets: [Target], source: Path = "/src", build: Path = "/src/out", images: Path = "/images",
  _ settings: [String: String] = [:]
) throws -> Graph {
  var variables = Variables()
  for (name, value) in settings.sorted(by: { $0.key < $1.key }) { variables.set(name, value, origin: "test") }
  variables.set("O", "\(build)", origin: "test", isNeutral: true)
  variables.set("IMAGESDIR", "\(images)", origin: "test", isNeutral: true)
  variables.set("CFLAGS", "-O2", origin: "test")
  var builder = GraphBuilder(
    variables: variables, locations: Locations(source: source, build: build, images: images),
    declarations: ArtifactDeclaration.engine
      + [ArtifactDeclaration(.init(rawValue: "set"), takesPath: true, mayBeOutput: true)],
    reservedNames: ["why"])
  return try builder.build(targets)
}

private func problems(_ targets: [Target]) -> [String] {
  do {
    _ = try buildGraph(targets)
    return []
  } catch { return "\(error)".split(separator: "\n").map(String.init) }
}

private let out = "file:${O}/a"

/// One line a mistake: the declaration, and all that is said of it.
@Test(
  arguments: [
    (
      [Target("-x")],
      [
        "target '-x' has a name that is no name: use letters, digits, '_', '.', '+' and '-', a letter or digit first"
      ]
    ),
    (
      [Target("")],
      [
        "target '' has a name that is no name: use letters, digits, '_', '.', '+' and '-', a letter or digit first"
      ]
    ),
    (
      [Target("a b")],
      [
        "target 'a b' has a name that is no name: use letters, digits, '_', '.', '+' and '-', a letter or digit first"
      ]
    ),
    (
      [Target("é")],
      [
        "target 'é' has a name that is no name: use letters, digits, '_', '.', '+' and '-', a letter or digit first"
      ]
    ),
    ([Target("why")], ["target 'why' is called like a query of the command line: choose another name"]),
    (
      [Target("a", place: "x.conf:1"), Target("a", place: "y.conf:2")],
      ["y.conf:2: target 'a' is declared twice (first: x.conf:1): use [extend a] or [override a]"]
    ),
    (
      [Target("a"), Target("a", place: "y.conf:2")],
      ["y.conf:2: target 'a' is declared twice (first: built in): use [extend a] or [override a]"]
    ),
    (
      [Target("kernel"), Target("a", needs: ["kernal"])],
      ["target 'a' needs 'kernal', which is no target; did you mean 'kernel'?"]
    ),
    (
      [Target("kernel"), Target("a", needs: ["b"])],
      ["target 'a' needs 'b', which is no target; did you mean 'a'?"]
    ),
    ([Target("kernel"), Target("a", needs: ["xyz"])], ["target 'a' needs 'xyz', which is no target"]),
    ([Target("a", needs: ["a"])], ["target 'a' needs itself: a -> a"]),
    (
      [
        Target("x", needs: ["a"]), Target("a", needs: ["b"]), Target("b", needs: ["c"]),
        Target("c", needs: ["a"]),
      ],
      ["target 'a' needs itself: a -> b -> c -> a"]
    ),
    (
      [Target("a", run: ["cc $x"])],
      ["target 'a' has 'cc $x': a lone '$': write '${NAME}' for a variable, '$$' for a dollar sign"]
    ),
    ([Target("a", run: ["cc ${x"])], ["target 'a' has 'cc ${x': '${x' has no closing '}'"]),
    (
      [Target("a", run: ["cc ${1}"])],
      ["target 'a' has 'cc ${1}': '${1}' names no variable: a name is letters, digits and '_'"]
    ),
    ([Target("a", run: ["cc 'x"])], ["target 'a' has 'cc 'x': a quote (') is not closed"]),
    ([Target("a", run: ["cc \"x"])], ["target 'a' has 'cc \"x': a quote (\") is not closed"]),
    ([Target("a", run: ["cc \\"])], ["target 'a' has 'cc \\': a quote (\\) is not closed"]),
    (
      [Target("a", run: ["cc ${CFLAG}"])],
      ["target 'a' uses '${CFLAG}', which is not set; did you mean 'CFLAGS'?"]
    ),
    ([Target("a", inputs: ["file:${X}"])], ["target 'a' uses '${X}', which is not set; did you mean 'O'?"]),
    (
      [Target("a", run: ["cc"], environment: ["A=${LONGER}"])],
      ["target 'a' uses '${LONGER}', which is not set"]
    ),
    (
      [Target("a", inputs: ["fil:x"])],
      [
        "target 'a' has 'fil:x', which is not KIND:NAME with a kind of file, tree, value, env, tool, set; did you mean 'file'?"
      ]
    ),
    (
      [Target("a", inputs: ["file:"])],
      ["target 'a' has 'file:', which is not KIND:NAME with a kind of file, tree, value, env, tool, set"]
    ),
    (
      [Target("a", inputs: [""])],
      ["target 'a' has '', which is not KIND:NAME with a kind of file, tree, value, env, tool, set"]
    ),
    (
      [Target("a", inputs: ["file:x !y"])],
      ["target 'a' has 'file:x !y', which is not KIND:NAME with a kind of file, tree, value, env, tool, set"]
    ),
    (
      [Target("a", inputs: ["tree:x y"])],
      ["target 'a' has 'tree:x y', which is not KIND:NAME with a kind of file, tree, value, env, tool, set"]
    ),
    (
      [Target("a", outputs: ["value:x"], run: ["cc"])],
      ["target 'a' has the output 'value:x': an output is one of file, tree, set"]
    ),
    (
      [Target("a", outputs: ["file:x"], run: ["cc"])],
      [
        "target 'a' has the output 'file:x', which is neither under ${O} nor under ${IMAGESDIR}: targets write nowhere else"
      ]
    ),
    (
      [Target("a", outputs: ["file:${O}/../x"], run: ["cc"])],
      [
        "target 'a' has the output 'file:${O}/../x', which is neither under ${O} nor under ${IMAGESDIR}: targets write nowhere else"
      ]
    ),
    (
      [Target("a", outputs: ["tree:${O}"], run: ["cc"])],
      [
        "target 'a' has the output 'tree:${O}', which is neither under ${O} nor under ${IMAGESDIR}: targets write nowhere else"
      ]
    ),
    (
      [Target("a", outputs: ["file:${IMAGESDIR}/"], run: ["cc"])],
      [
        "target 'a' has the output 'file:${IMAGESDIR}/', which is neither under ${O} nor under ${IMAGESDIR}: targets write nowhere else"
      ]
    ),
    (
      [Target("a", outputs: [out], run: ["cc"]), Target("b", outputs: ["tree:out/./a"], run: ["cc"])],
      ["target 'b' has the output '${O}/a', which is an output of 'a' too: one of them must give it up"]
    ),
    (
      [
        Target("a", outputs: ["tree:${O}/a"], run: ["cc"]),
        Target("b", outputs: ["file:${O}/a/b/c"], run: ["cc"]),
      ],
      ["target 'b' has the output '${O}/a/b/c', which lies inside the output '${O}/a' of 'a'"]
    ),
    (
      [Target("a", outputs: [out], run: ["cc"]), Target("b", inputs: [out])],
      ["target 'b' reads '${O}/a', which 'a' makes: add 'a' to its needs"]
    ),
    (
      [Target("a", outputs: ["tree:${O}/a"], run: ["cc"]), Target("b", inputs: ["file:${O}/a/x"])],
      ["target 'b' reads '${O}/a/x', which 'a' makes: add 'a' to its needs"]
    ),
    (
      [Target("a", outputs: ["file:${O}/t/x"], run: ["cc"]), Target("b", inputs: ["tree:${O}/t"])],
      ["target 'b' reads '${O}/t', which 'a' makes: add 'a' to its needs"]
    ),
    (
      [Target("a", outputs: ["tree:${O}/a"], run: ["cc"]), Target("b", run: ["${O}/a/bin/gen x"])],
      ["target 'b' reads '${O}/a/bin/gen', which 'a' makes: add 'a' to its needs"]
    ),
    (
      [Target("a", inputs: [out], outputs: [out], run: ["cc"])],
      [
        "target 'a' reads 'file:${O}/a', which it makes itself: it would be stale after each run; drop it from its inputs, or let another target make it"
      ]
    ),
    (
      [Target("a", inputs: ["tree:${O}/t"], outputs: ["file:${O}/t/x"], run: ["cc"])],
      [
        "target 'a' reads 'tree:${O}/t', which it makes itself: it would be stale after each run; drop it from its inputs, or let another target make it"
      ]
    ),
    (
      [Target("b", inputs: ["tree:."])],
      [
        "target 'b' reads 'tree:.', which holds O with the stamps and logs of every run: leave O out with ' !NAME' behind it"
      ]
    ),
    (
      [Target("a", outputs: [out])],
      ["target 'a' has outputs but nothing to run: add 'run', or drop the outputs"]
    ),
    ([Target("a", run: ["A=1"])], ["target 'a' has an empty command: name a program"]),
    ([Target("a", run: [" "])], ["target 'a' has an empty command: name a program"]),
    (
      [Target("a", run: ["cc ${set:x}"])],
      ["target 'a' uses the items of 'set:x', which is none of its inputs: add it to them"]
    ),
    (
      [Target("a", inputs: ["set:x"], run: ["cc -${set:x}"])],
      ["target 'a' has '-${set:x}': the items of an input must be a word of their own"]
    ),
    (
      [Target("a", run: ["cc"], environment: ["A"])],
      ["target 'a' has the environment entry 'A': write NAME=value"]
    ),
    (
      [Target("a", run: ["cc"], environment: ["1=x"])],
      ["target 'a' has the environment entry '1=x': write NAME=value"]
    ),
    (
      [Target("a", inputs: ["x", "file:${Y}"], outputs: ["file:y"], place: "f:3")],
      [
        "f:3: target 'a' has outputs but nothing to run: add 'run', or drop the outputs",
        "f:3: target 'a' has 'x', which is not KIND:NAME with a kind of file, tree, value, env, tool, set",
        "f:3: target 'a' has the output 'file:y', which is neither under ${O} nor under ${IMAGESDIR}: targets write nowhere else",
        "f:3: target 'a' uses '${Y}', which is not set; did you mean 'O'?",
      ]
    ),
  ] as [([Target], [String])])
func everyMistakeHasItsLine(_ targets: [Target], _ lines: [String]) {
  #expect(problems(targets) == lines)
}

@Test func whatIsNoMistake() throws {
  let tree = Target("t", outputs: ["tree:${O}/t"], run: ["cc"])
  #expect(
    problems([tree, Target("m", needs: ["t"]), Target("b", needs: ["m"], inputs: ["file:${O}/t/x"])]) == [])
  #expect(problems([tree, Target("b", needs: ["t"], run: ["${O}/t/x"])]) == [])
  #expect(problems([Target("b", inputs: ["tree:. !out"]), Target("c", inputs: ["tree:profiles"])]) == [])
  #expect(problems([Target("b", outputs: ["tree:${O}/t", "file:${O}/t/x"], run: ["cc"])]) == [])
  #expect(problems([Target("a", outputs: [out], run: ["cc", "${O}/a"])]) == [])
  let cache = Target("c", outputs: ["file:${O}/h/var/x"], run: ["cc"])
  #expect(problems([cache, Target("b", inputs: ["tree:${O}/h !var"])]) == [])
  #expect(problems([cache, Target("b", inputs: ["tree:${O}/h !h/var"])]).count == 1)
}

@Test func limitsOfARun() throws {
  func problems(_ pool: String, _ timeout: String, _ retries: String) -> String {
    var target = Target("a", run: ["cc"])
    (target.pool, target.timeout, target.retries) = (pool, timeout, retries)
    return message { _ = try Story([target]).graph() }
  }
  for (pool, timeout, retries) in [
    ("", "", ""), ("p", "1s", "0"), ("console", "90m", "9"), ("a-b", "8784h", "1"),
  ] {
    #expect(problems(pool, timeout, retries).isEmpty, "\(pool) \(timeout) \(retries)")
  }
  for pool in ["a b", "/", "ü"] { #expect(problems(pool, "", "").contains("the pool '\(pool)'"), "\(pool)") }
  for timeout in [
    "0s", "-1s", "+1s", "1", "s", "1.5h", "1 h", "8785h", "99999999999999999999h", "9223372036854775807h",
  ] {
    #expect(problems("", timeout, "").contains("the timeout '\(timeout)'"), "\(timeout)")
  }
  for retries in ["10", "-1", "x", "1.0"] {
    #expect(problems("", "", retries).contains("'\(retries)' retries"))
  }
}

private func message(_ body: () throws -> Void) -> String {
  do { try body() } catch { return "\(error)" }
  return ""
}
