import BuildGraph
import Glibc
import Platform
import Stamps
import Testing

@Test func orderAndReferences() throws {
  let graph = try buildGraph(
    [
      Target("c", needs: ["b", "a", "b"]), Target("a", run: ["cc ${CFLAGS} ${O}", "sysbuild x", "sh/run y"]),
      Target(
        "b", inputs: ["file:./p/../q", "tree:t !x !a"], outputs: ["file:${IMAGESDIR}/b"],
        run: ["tool ${CFLAGS}"]),
    ])
  #expect(graph.nodes.map(\.name) == ["b", "a", "c"])
  #expect(graph.firstDeclared == graph.id(of: "c"))
  let (a, b, c) = (graph.nodes[1], graph.nodes[0], graph.nodes[2])
  func names(_ ids: [ArtifactID]) -> [String] { ids.map { "\(graph[$0].artifact)" } }
  #expect(names(b.inputs) == ["file:q", "tree:t !a !x", "tool:tool", "value:CFLAGS"])
  #expect(names(b.outputs) == ["file:${IMAGESDIR}/b"])
  #expect(names(a.inputs) == ["tool:cc", "file:sh/run", "value:CFLAGS"])
  #expect(c.needs.map { graph[$0].name } == ["b", "a"])
  #expect(names(c.received) == ["file:${IMAGESDIR}/b", "result:a"])
  #expect(c.isAlias)
  #expect(graph[b.outputs[0]].isMade && !graph[b.inputs[0]].isMade)
  #expect(graph[b.inputs[0]].path == "/src/q")
  #expect(graph.maker(of: b.outputs[0]) == b.id && graph.maker(of: b.inputs[0]) == nil)
  #expect(a.recipe == ["run cc ${CFLAGS} ${O}", "run sysbuild x", "run sh/run y"])
  #expect(graph.closure(of: [a.id]) == [a.id])
  #expect(graph.closure(of: [c.id, a.id]) == [b.id, a.id, c.id])
}

/// A blank in O's own path parts no words.
@Test func valuesWithBlanks() throws {
  let graph = try buildGraph(
    [Target("a", inputs: ["tree:${S}/t !x"], outputs: ["file:${O}/a"], run: ["cc ${O}/x"])],
    build: "/my out", ["S": "two words"])
  #expect(graph.nodes[0].outputs.map { graph[$0].path } == ["/my out/a"])
  #expect("\(graph[graph.nodes[0].inputs[0]].artifact)" == "tree:two words/t !x")
  #expect(graph.command(graph.nodes[0].commands[0]) { _ in [] }.words == ["cc", "/my out/x"])
}

/// Large graphs take time in proportion: eight times the targets, about eight times the time, not 64.
@Test func largeGraphs() throws {
  func time(_ count: Int) throws -> Int64 {
    let targets = (0..<count).map { index in
      Target(
        "t\(index)", needs: index == 0 ? [] : ["t\(index - 1)", "t\(index / 2)"],
        // Made by a target that is needed, but far away.
        inputs: index < 4 ? [] : ["file:${O}/\(index / 4)/x"], outputs: ["file:${O}/\(index)/x"], run: ["cc"])
    }
    let began = processorTime
    let graph = try buildGraph(targets)
    let all = try buildGraph(
      targets + [Target("all", needs: targets.map(\.name)), Target("z", needs: ["all"])])
    #expect(graph.nodes.count == count && all.nodes.count == count + 2)
    return processorTime - began
  }
  let small = try time(300)
  let large = try time(2400)
  #expect(large < 24 * small, "300 targets twice take \(small) ns, 2,400 targets twice \(large) ns")
}

/// An event costs the same, however many targets there are.
@Test func longRuns() throws {
  func time(_ count: Int) throws -> Int64 {
    let story = Story(
      (0..<count).map { index in
        Target(
          "t\(index)", needs: index < 10 ? [] : ["t\(index - 10)"], outputs: ["file:${O}/\(index)"], run: ["cc"]
        )
      })
    for index in 0..<count {
      story.world.recipes["t\(index)"] = { world, job in
        world["file:${O}/\(index)"] = job.name
        return nil
      }
    }
    story.options.jobs = 4
    _ = try story.graph()
    let began = processorTime
    #expect(try story.run().ran.count == count)
    return processorTime - began
  }
  let small = try time(300)
  let large = try time(2400)
  #expect(large < 24 * small, "300 targets take \(small) ns, 2,400 targets \(large) ns")
}

/// What this thread has had of a processor, in nanoseconds: other work on the machine does not count.
private var processorTime: Int64 {
  var time = timespec()
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
  return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}
