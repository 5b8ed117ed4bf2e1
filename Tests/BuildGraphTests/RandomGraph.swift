import BuildGraph

/// Random graphs and edits: what the world of a trial may hold, and what may happen to it.
extension Trial {
  mutating func makeGraph() {
    for spec in Self.sources where generator.chance(90) { model.contents[spec] = newContent(spec) }
    for tool in Self.tools { model.contents["tool:\(tool)"] = "/usr/bin/\(tool) 1" }
    for value in Self.values { model.variables[value] = "v" }
    // Many small graphs, some large ones.
    let count = Int.random(in: 1...(generator.chance(10) ? 60 : 12), using: &generator)
    for index in 0..<count {
      var target = Target("t\(index)")
      for _ in 0..<Int.random(in: 0...3, using: &generator) where index > 0 {
        target.needs.append("t\(Int.random(in: max(0, index - 8)..<index, using: &generator))")
      }
      for _ in 0..<Int.random(in: 0...3, using: &generator) {
        if let source = Self.sources.randomElement(using: &generator), !target.inputs.contains(source) {
          target.inputs.append(source)
        }
      }
      if generator.chance(20) { target.inputs.append("value:V0") }
      if !generator.chance(12) {
        target.run = newRecipe()
        for number in 0..<Int.random(in: 0...2, using: &generator) {
          target.outputs.append((generator.chance(25) ? "tree:" : "file:") + "${O}/t\(index).\(number)")
        }
      }
      model.targets.append(target)
      model.behaviours[target.name] = newBehaviour()
    }
    model.targets.shuffle(using: &generator)
  }

  private mutating func newBehaviour() -> Behaviour {
    let percent = Int.random(in: 0..<100, using: &generator)
    return switch percent {
    case ..<50: .mixes
    case ..<70: .coarse
    case ..<90: .preserves
    case ..<94: .fails
    case ..<97: .spoils
    default: .forgets
    }
  }

  private mutating func newRecipe() -> [String] {
    (0..<Int.random(in: 1...2, using: &generator)).map { _ in
      let tool = Self.tools.randomElement(using: &generator) ?? ""
      let value = Self.values.randomElement(using: &generator) ?? ""
      counter += 1
      return generator.chance(50) ? "\(tool) a\(counter)" : "\(tool) ${\(value)} a\(counter)"
    }
  }

  private mutating func newContent(_ spec: String) -> String {
    let length = Int.random(in: 0...2, using: &generator)
    let text = String(UInt64.random(in: 0..<4, using: &generator)) + String(repeating: "x", count: length)
    if !spec.hasPrefix("tree:") { return generator.chance(15) && spec.hasPrefix("file:") ? "#!" + text : text }
    return (0..<Int.random(in: 0...3, using: &generator)).map { "p\($0)=\(text)" }.joined(separator: " ")
  }

  mutating func edit() {
    let name = model.targets.randomElement(using: &generator)?.name ?? ""
    guard let index = model.targets.firstIndex(where: { $0.name == name }) else { return }
    let output = model.targets[index].outputs.randomElement(using: &generator)
    switch Int.random(in: 0..<14, using: &generator) {
    case 12, 13:
      guard let (spec, content) = former.popLast() else { return }
      model.contents[spec] = content
      log.append("edit \(spec) back")
    case 0, 1, 2:
      guard let spec = Self.sources.randomElement(using: &generator) else { return }
      former.append((spec, model.contents[spec]))
      model.contents[spec] = newContent(spec)
      log.append("edit \(spec)")
    case 3:
      guard let spec = Self.sources.randomElement(using: &generator) else { return }
      model.contents[spec] = nil
      log.append("remove \(spec)")
    case 4:
      guard let name = Self.values.randomElement(using: &generator) else { return }
      model.variables[name] = "v\(Int.random(in: 0..<3, using: &generator))"
      log.append("set \(name)")
    case 5:
      guard let tool = Self.tools.randomElement(using: &generator) else { return }
      model.contents["tool:\(tool)"] = "/usr/bin/\(tool) \(Int.random(in: 1...2, using: &generator))"
      log.append("replace \(tool)")
    case 6:
      guard let output else { return }
      model.contents[output] = generator.chance(50) ? nil : output.hasPrefix("tree:") ? "p=z" : "z"
      log.append("alter \(output)")
    case 7:
      model.forget(name)
      story.world.removeStamp(of: name)
      log.append("forget \(name)")
    case 8:
      if model.targets[index].run.isEmpty { return }
      model.targets[index].run = newRecipe()
      log.append("another recipe of \(name)")
    case 9:
      if generator.chance(50), !model.targets[index].inputs.isEmpty {
        model.targets[index].inputs.removeLast()
      } else if let source = Self.sources.randomElement(using: &generator),
        !model.targets[index].inputs.contains(source)
      {
        model.targets[index].inputs.append(source)
      }
      log.append("other inputs of \(name)")
    case 10:
      if generator.chance(50), !model.targets[index].needs.isEmpty {
        model.targets[index].needs.removeFirst()
      } else if let number = Int(name.dropFirst()), number > 0 {
        model.targets[index].needs.append("t\(Int.random(in: 0..<number, using: &generator))")
      }
      log.append("other needs of \(name)")
    default:
      model.behaviours[name] = newBehaviour()
      log.append("another behaviour of \(name)")
    }
  }
}
