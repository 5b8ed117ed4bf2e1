import BuildGraph
import TestSupport

/// Random graphs and edits: what the world of a trial may hold, and what may happen to it.
extension Trial {
  mutating func makeGraph() {
    for spec in world.sources { set(spec, generator.chance(90) ? newContent(of: spec) : absence(of: spec)) }
    for tool in Self.tools { set("tool:\(tool)", newContent(of: "tool:\(tool)")) }
    for value in Self.values { model.variables[value] = "v" }
    // Many small graphs, some large ones.
    let count = Int.random(in: 1...(generator.chance(10) ? 60 : 12), using: &generator)
    for index in 0..<count {
      var target = Target("t\(index)")
      for _ in 0..<Int.random(in: 0...3, using: &generator) where index > 0 {
        target.needs.append("t\(Int.random(in: max(0, index - 8)..<index, using: &generator))")
      }
      for _ in 0..<Int.random(in: 0...3, using: &generator) {
        if let source = world.sources.randomElement(using: &generator), !target.inputs.contains(source) {
          target.inputs.append(source)
        }
      }
      if generator.chance(20) { target.inputs.append("value:V0") }
      if !generator.chance(12) {
        target.run = newRecipe()
        for number in 0..<Int.random(in: 0...2, using: &generator) {
          let kind = world.outputKinds.randomElement(using: &generator) ?? "file"
          let folder = generator.chance(80) ? "${O}" : "${IMAGESDIR}"
          target.outputs.append("\(kind):\(folder)/t\(index).\(number)")
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

  mutating func edit() throws {
    let name = model.targets.randomElement(using: &generator)?.name ?? ""
    guard let index = model.targets.firstIndex(where: { $0.name == name }) else { return }
    let output = model.targets[index].outputs.randomElement(using: &generator)
    switch Int.random(in: 0..<19, using: &generator) {
    case 0, 1, 2, 3:
      guard let spec = world.sources.randomElement(using: &generator) else { return }
      former.append((spec, model.contents[spec]))
      set(spec, newContent(of: spec))
      log.append("edit \(spec): \(model.contents[spec] ?? "nothing")")
    case 4, 5:
      guard let (spec, content) = former.popLast() else { return }
      set(spec, content)
      log.append("edit \(spec) back: \(content ?? "nothing")")
    case 6:
      guard let spec = world.sources.randomElement(using: &generator) else { return }
      set(spec, absence(of: spec))
      log.append("remove \(spec)")
    case 7:
      guard let name = Self.values.randomElement(using: &generator) else { return }
      model.variables[name] = "v\(Int.random(in: 0..<3, using: &generator))"
      log.append("set \(name)")
    case 8:
      guard let tool = Self.tools.randomElement(using: &generator) else { return }
      set("tool:\(tool)", generator.chance(10) ? nil : newContent(of: "tool:\(tool)"))
      log.append("replace \(tool): \(model.contents["tool:\(tool)"] ?? "nothing")")
    case 9:
      guard let output else { return }
      set(output, generator.chance(50) ? nil : Model.key(of: output) + "z")
      log.append("alter \(output): \(model.contents[output] ?? "nothing")")
    case 10:
      model.forget(name)
      log.append(try world.damageStamp(of: name, &generator))
    case 11:
      if model.targets[index].run.isEmpty { return }
      model.targets[index].run = newRecipe()
      log.append("another recipe of \(name)")
    case 12: changeInputs(of: index)
    case 13: changeNeeds(of: index)
    case 14:
      model.behaviours[name] = newBehaviour()
      log.append("another behaviour of \(name)")
    default:
      let made = model.targets.flatMap(\.outputs)
      let some = generator.chance(70) ? world.sources + Self.tools.map { "tool:\($0)" } : made
      guard let spec = some.randomElement(using: &generator) else { return }
      log.append(try world.disturb(spec, &generator))
    }
  }

  private mutating func changeInputs(of index: Int) {
    if generator.chance(50), !model.targets[index].inputs.isEmpty {
      model.targets[index].inputs.removeLast()
    } else if let source = world.sources.randomElement(using: &generator),
      !model.targets[index].inputs.contains(source)
    {
      model.targets[index].inputs.append(source)
    }
    log.append("other inputs of \(model.targets[index].name)")
  }

  private mutating func changeNeeds(of index: Int) {
    let name = model.targets[index].name
    if generator.chance(50), !model.targets[index].needs.isEmpty {
      model.targets[index].needs.removeFirst()
    } else if let number = Int(name.dropFirst()), number > 0 {
      model.targets[index].needs.append("t\(Int.random(in: 0..<number, using: &generator))")
    }
    log.append("other needs of \(name)")
  }
}
