import BuildGraph
import Platform
import Stamps
import TextKit

/// Collects variables in order. The value of each comes from the command line, or else the environment, or else
/// the default that the caller adds.
struct VariableResolver {
  private let assignments: [Assignment]
  private let witness: Witness
  private var entries: [(variable: Settings.Default, folder: Path?)] = []

  init(assignments: [Assignment], witness: Witness) {
    self.assignments = assignments
    self.witness = witness
  }

  /// The value of a variable from the command line or else the environment; nil if neither sets it. An empty
  /// environment variable counts as not set.
  func given(_ name: String) throws(UserError) -> Settings.Default? {
    if let value = assigned(name) {
      return Settings.Default(name: name, value: value, origin: "command line")
    }
    guard let value = witness.variable(name), !value.isEmpty else { return nil }
    guard let text = String(validating: value, as: UTF8.self) else {
      throw .environmentNotUTF8(name)
    }
    return Settings.Default(name: name, value: text, origin: "environment")
  }

  private func assigned(_ name: String) -> String? {
    assignments.last { $0.name == name }?.value
  }

  /// - Parameter folder: for a variable that is a path, the folder that a relative path starts from.
  mutating func add(_ entry: Settings.Default, pathFrom folder: Path? = nil) throws(UserError) {
    var entry = entry
    if let given = try given(entry.name) {
      entry = Settings.Default(
        name: entry.name, value: escapingDollars(given.value), origin: given.origin, isNeutral: entry.isNeutral)
    }
    entries.append((entry, folder))
  }

  /// Adds a variable that the environment cannot set and whose value affects no result.
  mutating func fix(_ name: String, _ value: String, origin: String) {
    let given = assigned(name).map {
      Settings.Default(name: name, value: escapingDollars($0), origin: "command line", isNeutral: true)
    }
    let fixed = Settings.Default(name: name, value: value, origin: origin, isNeutral: true)
    entries.append((given ?? fixed, nil))
  }

  func checkAssignments() throws(UserError) {
    var names: [String] = []
    for (entry, _) in entries where !names.contains(entry.name) { names.append(entry.name) }
    for assignment in assignments where !names.contains(assignment.name) {
      throw .unknownVariable(assignment.name, among: names)
    }
  }

  /// The variables, with references to earlier variables expanded.
  func expanded() throws -> Variables {
    var variables = Variables()
    for (entry, folder) in entries {
      do {
        let template = try Template(entry.value)
        for name in template.variables where variables[name] == nil {
          throw UserError.usesLater(name, in: entry)
        }
        var value = template.expanded { variables[$0]?.value ?? "" }
        if let folder {
          if value.isEmpty { throw UserError.emptyFolder(entry) }
          value = (folder / value).normalized.string ?? value
        }
        variables.set(entry.name, value, origin: entry.origin, isNeutral: entry.isNeutral)
      } catch let error as TemplateError {
        throw UserError.badValue(entry, error)
      }
    }
    return variables
  }
}
