import BuildGraph
import Testing

@testable import RunDisplay

/// What is kept of a run while a target has the terminal.
@Suite struct ConsoleGateTests {
  private final class View: RunListener {
    var lines: [String] = []

    func receive(_ event: RunEvent, at time: RunTime) {
      switch event {
      case .output(let name, let line):
        lines.append("\(name): \(String(decoding: line.prefix(40), as: UTF8.self))")
      case .target(let name, _): lines.append("\(name) steps")
      default: break
      }
    }
  }

  /// A command that prints without end must not fill the memory.
  @Test func outputIsBounded() {
    let targets = ["ask", "kernel", "world"].map { name in
      RunOutline.Target(
        name: name, verdict: .stale([.neverBuilt]), needs: [], expected: nil, isAlias: false,
        takesConsole: name == "ask")
    }
    let view = View()
    let gate = ConsoleGate(RunOutline(goals: ["all"], jobs: 3, targets: targets), before: view)
    func send(_ event: RunEvent) { gate.receive(event, at: RunTime(wall: 0, monotonic: 0)) }
    func say(_ name: String, _ text: String) { send(.output(name, Array(text.utf8))) }
    send(.target("ask", .started([.neverBuilt])))
    say("kernel", "first")
    for _ in 0..<16 { say("kernel", String(repeating: "x", count: 1 << 16)) }
    for number in 1...100_000 { say("kernel", "line \(number)") }
    send(.target("kernel", .succeeded(duration: 0)))
    say("world", "only one")
    #expect(view.lines == ["ask steps"])
    send(.target("ask", .succeeded(duration: 0)))
    let kept = view.lines.filter { !$0.hasPrefix("kernel: xxx") }
    #expect(
      kept == [
        "ask steps", "kernel: first", "kernel: … (99999 lines more in the log)", "kernel: line 100000",
        "kernel steps", "ask steps", "world: only one",
      ])
    #expect(view.lines.count - kept.count == 16)
  }
}
