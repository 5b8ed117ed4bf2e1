import Platform
import TestSupport
import Testing

/// graph: what needs what, in each of its formats.
@Suite struct GraphStories {
  private func story() throws -> BuildStory {
    let story = try BuildStory(
      #"""
      [target image]
      summary = The "image", C:\new
      needs   = squashfs kernel

      [target squashfs]
      needs   = world
      outputs = file:${O}/squashfs
      run     = touch ${O}/squashfs

      [target kernel]
      needs   = toolchain
      outputs = file:${O}/kernel
      run     = touch ${O}/kernel

      [target world]
      needs   = toolchain
      inputs  = file:set
      outputs = file:${O}/world
      run     = touch ${O}/world

      [target toolchain]
      outputs = file:${O}/toolchain
      run     = touch ${O}/toolchain

      [target end]
      needs = world
      run   = true

      """#)
    try story.write("set", "1")
    try story.run("image")
    try story.write("set", "2")
    return story
  }

  @Test func tree() throws {
    let story = try story()
    try story.expect(
      "graph",
      out: """
        target                   verdict  took
        image                    pending
        ├─ squashfs              pending  T
        │  └─ world              stale    T
        │     └─ toolchain       fresh    T
        └─ kernel                fresh    T
           └─ toolchain (above)
        end                      stale
        └─ world (above)

        """)
    try story.expect(
      "graph", "kernel",
      out: """
        target        verdict  took
        kernel        fresh    T
        └─ toolchain  fresh    T

        """)
    #expect(try story.run("graph", "--format", "tree").out == story.run("graph").out)
    try story.expect(
      "graph", "krenel", status: 2,
      err: "sysbuild: no target or query is called 'krenel'; did you mean 'kernel'?\n")
  }

  @Test func dot() throws {
    let story = try story()
    let text = try story.run("graph", "--format=dot", "squashfs").out
    let style = { (fill: String, line: String) in "fillcolor=\"\(fill)\", color=\"\(line)\"];" }
    #expect(
      text
        == """
        digraph sysbuild {
          node [shape=box, style="rounded,filled", fontname="sans-serif"];
          "toolchain" [label="toolchain\\nfresh, T", tooltip="", \(style("#c8e6c9", "#2e7d32"))
          "world" [label="world\\nstale, T", tooltip="", \(style("#ffcdd2", "#c62828"))
          "squashfs" [label="squashfs\\npending, T", tooltip="", \(style("#fff3c4", "#f9a825"))
          "world" -> "toolchain";
          "squashfs" -> "world";
        }

        """)
    let edges = try story.shell("\"$B\" graph --format dot | dot -Tplain").out.split(separator: "\n")
      .filter { $0.hasPrefix("edge ") }
    #expect(edges.count == 6, "Graphviz reads it")
  }

  @Test func svg() throws {
    let story = try story()
    let drawing = try story.run("graph", "--format", "svg")
    #expect(drawing.status == 0 && drawing.err.isEmpty, "\(drawing.err)")
    #expect(drawing.out.contains("<svg ") && drawing.out.hasSuffix("</svg>\n"))
    for name in ["image", "squashfs", "kernel", "world", "toolchain", "end"] {
      #expect(drawing.out.contains("<title>\(name)</title>"))
    }
    #expect(drawing.out.contains("The &quot;image&quot;, C:\\new"))
    story.environment = ["PATH=/nowhere"]
    try story.expect(
      "graph", "--format", "svg", status: 2,
      err: "sysbuild: 'graph --format svg' needs the program 'dot', which is not on PATH: install the package "
        + "graphviz (media-gfx/graphviz on Gentoo), or run it elsewhere on the output of '--format dot'\n")
    try story.write("bin/dot", "#!/bin/sh\nexit 7\n")
    story.makeExecutable("bin/dot")
    story.environment = ["PATH=\(story.source)/bin"]
    try story.expect(
      "graph", "--format", "svg", status: 2,
      err: "sysbuild: 'DIR/tree/bin/dot' could not draw the graph: exit status 7\n")
  }

  @Test func mermaid() throws {
    try story().expect(
      "graph", "--format", "mermaid", "end",
      out: """
        flowchart TD
          t0["toolchain<br/>fresh, T"]:::fresh
          t1["world<br/>stale, T"]:::stale
          t2["end<br/>stale"]:::stale
          t1 --> t0
          t2 --> t1
          classDef fresh fill:#c8e6c9,stroke:#2e7d32,color:#000000
          classDef stale fill:#ffcdd2,stroke:#c62828,color:#000000
          classDef pending fill:#fff3c4,stroke:#f9a825,color:#000000

        """)
  }

  @Test func json() throws {
    let story = try story()
    let json = try StrictJSON(story.run("graph", "--json").out)
    #expect(try StrictJSON(story.run("graph", "--format", "json").out) == json)
    #expect(json.names == ["version", "targets"] && json["version"] == .number("1"))
    let targets = json["targets"]?.elements ?? []
    #expect(
      targets.map { $0["name"] }
        == ["toolchain", "world", "squashfs", "kernel", "image", "end"].map { .string($0) })
    #expect(targets.allSatisfy { $0.names == ["name", "summary", "verdict", "needs", "seconds"] })
    #expect(
      targets.last
        == .object([
          "name": .string("end"), "summary": .string(""), "verdict": .string("stale"),
          "needs": .array([.string("world")]), "seconds": .null,
        ]))
    let times = targets.compactMap { if case .number(let text) = $0["seconds"] { text } else { nil } }
    #expect(times.count == 4 && times.allSatisfy { $0.hasPrefix("0.") && $0.count == 5 }, "\(times)")
  }
}
