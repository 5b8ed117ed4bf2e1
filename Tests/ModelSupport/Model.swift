import BuildGraph
import Stamps

/// A make so small that it is plainly right: it keeps whole contents where the engine keeps digests, runs
/// everything one by one, and plans nothing. It knows a target's declaration and behaviour, and no code of
/// the engine.
struct Model {
  struct Memory: Equatable {
    var recipe: String
    var inputs: [String: String?]
    var outputs: [String: String?]
  }

  var contents: [String: String] = [:]
  var variables: [String: String] = [:]
  var targets: [Target] = []
  var behaviours: [String: Behaviour] = [:]
  private(set) var memories: [String: Memory] = [:]
  private(set) var failed: Set<String> = []

  /// What ran, in order, and whether all of it succeeded.
  struct Run {
    var ran: [String] = []
    var lost: Set<String> = []
    var isSuccess: Bool { lost.isEmpty }
  }

  mutating func forget(_ target: String) {
    memories[target] = nil
    failed.remove(target)
  }

  /// - Parameters:
  ///   - order: the names of what is wanted, each behind its needs.
  ///   - settled: what was found fresh when the run began, and so is not looked at again in it.
  ///   - due: what was found stale when the run began, and so runs whatever happens meanwhile.
  mutating func run(
    _ order: [String], force: Bool, keepsGoing: Bool, interruptedAt interruption: Int?,
    meddling: Meddling? = nil,
    settled: Set<String> = [], due: Set<String> = []
  ) -> Run {
    var run = Run()
    for name in order where !settled.contains(name) {
      guard let target = self[name], !target.run.isEmpty else {
        if self[name]?.needs.contains(where: run.lost.contains) == true { run.lost.insert(name) }
        continue
      }
      if target.needs.contains(where: run.lost.contains) {
        run.lost.insert(name)
        continue
      }
      let before = Memory(recipe: recipe(target), inputs: inputs(target), outputs: outputs(target))
      if !force, !due.contains(name), !failed.contains(name), memories[name] == before { continue }
      run.ran.append(name)
      let isInterrupted = run.ran.count - 1 == interruption
      let isMeddledWith = run.ran.count - 1 == meddling?.number
      if !isInterrupted, work(target, before.inputs, isMeddledWith ? meddling?.spec : nil) {
        memories[name] = Memory(recipe: before.recipe, inputs: before.inputs, outputs: outputs(target))
        failed.remove(name)
      } else {
        if isInterrupted { Self.spoil(target) { contents[$0] = $1 } }
        failed.insert(name)
        run.lost.insert(name)
        if isInterrupted || !keepsGoing { break }
      }
    }
    return run
  }

  private mutating func work(_ target: Target, _ inputs: [String: String?], _ meddled: String?) -> Bool {
    let behaviour = behaviours[target.name] ?? .mixes
    Self.perform(target, behaviour, inputs.filter { !$0.key.hasPrefix("result:") }) { contents[$0] = $1 }
    if let meddled { contents[meddled] = Meddling.altered(contents[meddled]) }
    return !behaviour.isFailure && target.outputs.allSatisfy { contents[$0] != nil }
  }

  /// The one thing that the model and the world under test share: what commands do.
  static func perform(
    _ target: Target, _ behaviour: Behaviour, _ inputs: [String: String?], write: (String, String?) -> Void
  ) {
    for (number, output) in target.outputs.enumerated() {
      let key = Self.key(of: output)
      switch behaviour {
      case .mixes:
        let all = inputs.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value ?? "-")" }.joined(
          separator: ",")
        write(output, key + "\(target.name)\(number)_" + SHA256.digest(of: all).hex)
      case .coarse: write(output, key + "\(inputs.values.reduce(0) { $0 + ($1?.utf8.count ?? 0) } % 3)")
      case .preserves: write(output, key + "same")
      case .fails: break
      case .spoils:
        if number == 0 { write(output, key + "rubbish") }
      case .forgets: write(output, number == target.outputs.count - 1 ? nil : key + "same")
      }
    }
  }

  /// What an interruption leaves behind: of some targets nothing that shows.
  static func spoil(_ target: Target, write: (String, String?) -> Void) {
    if target.name.utf8.count == 2 { return }
    if let first = target.outputs.first { write(first, key(of: first) + "half") }
  }

  /// What the content of an output begins with that has several parts.
  static func key(of output: String) -> String {
    output.hasPrefix("tree:") ? "p=" : output.hasPrefix("installed:") ? "app-misc/p-1=" : ""
  }

  subscript(name: String) -> Target? { targets.first { $0.name == name } }

  private func recipe(_ target: Target) -> String { target.run.joined(separator: "\n") }

  private func outputs(_ target: Target) -> [String: String?] {
    Dictionary(uniqueKeysWithValues: target.outputs.map { ($0, contents[$0]) })
  }

  /// All that a target reads with what it holds: declared, seen in the recipe, and handed to it.
  func inputs(_ target: Target) -> [String: String?] {
    var found: [String: String?] = [:]
    for spec in target.inputs { found.updateValue(value(spec), forKey: spec) }
    for word in target.run.joined(separator: " ").split(separator: " ") {
      if word.hasPrefix("tool") { found.updateValue(contents["tool:\(word)"], forKey: "tool:\(word)") }
      if word.hasPrefix("${") {
        let name = String(word.dropFirst(2).dropLast())
        found.updateValue(variables[name], forKey: "value:\(name)")
      }
    }
    for need in target.needs.compactMap({ self[$0] }) {
      for (spec, content) in handedOn(need) { found.updateValue(content, forKey: spec) }
    }
    return found
  }

  private func value(_ spec: String) -> String? {
    spec.hasPrefix("value:") ? variables[String(spec.dropFirst(6))] : contents[spec]
  }

  private func handedOn(_ need: Target) -> [String: String?] {
    if need.run.isEmpty { return inputs(need) }
    if !need.outputs.isEmpty { return outputs(need) }
    let memory = memories[need.name]
    let text = memory.map { memory in
      memory.recipe + "\n" + memory.inputs.sorted { $0.key < $1.key }.map { "\($0)=\($1 ?? "-")" }.joined()
    }
    return ["result:\(need.name)": text]
  }
}
