import Stamps

/// Parses the templates of one target and collects the mistakes in them.
struct RecipeReader {
  let target: Target
  let variables: Variables
  private(set) var problems: [GraphProblem] = []

  init(target: Target, variables: Variables) {
    self.target = target
    self.variables = variables
  }

  mutating func commands() -> [CommandTemplate] {
    target.run.compactMap { line in
      do throws(TemplateError) {
        let command = try CommandTemplate(line)
        for template in command.templates { check(template) }
        if !command.words.isEmpty { return command }
        problems.append(.emptyCommand(target))
      } catch {
        problems.append(.badTemplate(line, error, in: target))
      }
      return nil
    }
  }

  mutating func environment() -> [(name: String, value: Template)] {
    target.environment.compactMap { line in
      guard let equals = line.firstIndex(of: "="), Variables.isName(line[..<equals]) else {
        problems.append(.badEnvironment(line, of: target))
        return nil
      }
      guard let value = template(String(line[line.index(after: equals)...])) else { return nil }
      return (String(line[..<equals]), value)
    }
  }

  /// `text` with its variables replaced; nil if there is a mistake in it, which is noted.
  mutating func expand(_ text: String) -> String? {
    guard let template = template(text), template.variables.allSatisfy({ variables[$0] != nil }) else {
      return nil
    }
    return template.expanded { variables[$0]?.value ?? "" }
  }

  /// Notes each `${KIND:NAME}` that is not a declared input or not a word of its own.
  mutating func checkItems(of commands: [CommandTemplate], declared: [Artifact]) {
    for word in commands.flatMap(\.templates) {
      for case .items(let kind, let name) in word.parts {
        if word.parts.count > 1 { problems.append(.itemsInWord("\(word)", of: target)) }
        if !declared.contains(Artifact(.init(rawValue: kind), name)) {
          problems.append(.undeclaredItems("\(kind):\(name)", of: target))
        }
      }
    }
  }

  private mutating func template(_ text: String) -> Template? {
    do throws(TemplateError) {
      let template = try Template(text)
      check(template)
      return template
    } catch {
      problems.append(.badTemplate(text, error, in: target))
      return nil
    }
  }

  private mutating func check(_ template: Template) {
    for name in unique(template.variables) where variables[name] == nil {
      problems.append(.unknownVariable(name, in: target, among: variables.names))
    }
  }
}
