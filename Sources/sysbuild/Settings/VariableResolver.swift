internal import BuildGraph
internal import Platform

/// Gathers variables in order, each with the strongest value that anyone gives it. It knows none by name.
struct VariableResolver {
  private let assignments: [Invocation.Assignment]
  private var entries: [Settings.Default] = []

  init(assignments: [Invocation.Assignment]) {
    self.assignments = assignments
  }

  /// What the command line or else the environment gives for a variable.
  func given(_ name: String) -> Settings.Default? {
    if let value = assigned(name) {
      return Settings.Default(name: name, value: value, origin: "command line")
    }
    guard let value = Environment.value(name), !value.isEmpty else { return nil }
    return Settings.Default(name: name, value: String(decoding: value, as: UTF8.self), origin: "environment")
  }

  private func assigned(_ name: String) -> String? {
    assignments.last { $0.name == name }?.value
  }

  /// - Parameter folder: for a variable that is a path, what a relative one starts from.
  mutating func add(_ entry: Settings.Default, pathFrom folder: Path? = nil) {
    guard let given = given(entry.name) else {
      entries.append(entry)
      return
    }
    let value = folder.map { "\(($0 / given.value).normalized)" } ?? given.value
    entries.append(
      Settings.Default(
        name: entry.name, value: escapingDollars(value), origin: given.origin, isNeutral: entry.isNeutral))
  }

  /// Adds a variable that the caller's environment has no say in, and whose value changes no result.
  mutating func fix(_ name: String, _ value: String, origin: String) {
    let given = assigned(name).map {
      Settings.Default(name: name, value: escapingDollars($0), origin: "command line", isNeutral: true)
    }
    entries.append(given ?? Settings.Default(name: name, value: value, origin: origin, isNeutral: true))
  }

  func checkAssignments() throws(UserError) {
    var names: [String] = []
    for entry in entries where !names.contains(entry.name) { names.append(entry.name) }
    for assignment in assignments where !names.contains(assignment.name) {
      throw .unknownVariable(assignment.name, among: names)
    }
  }

  /// The variables, each value with those before it put in.
  func expanded() throws -> Variables {
    var variables = Variables()
    for entry in entries {
      do {
        let template = try Template(entry.value)
        for name in template.variables where variables[name] == nil {
          throw UserError("\(entry.origin): '\(entry.name)' uses '${\(name)}', which is not set before it")
        }
        let value = template.expanded { variables[$0]?.value ?? "" }
        variables.set(entry.name, value, origin: entry.origin, isNeutral: entry.isNeutral)
      } catch let error as TemplateError {
        throw UserError("\(entry.origin): '\(entry.name)': \(error)")
      }
    }
    return variables
  }
}
