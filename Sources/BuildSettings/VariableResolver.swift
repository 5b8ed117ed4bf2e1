import BuildGraph
import Platform
import Stamps
import TextKit

/// Collects variables in order. The value of each comes from the command line, or else the environment, or else
/// the default that the caller adds.
struct VariableResolver {
  private let assignments: [Assignment]
  private let source: Path
  private let recorder: ReadRecorder
  private var entries: [Settings.Default] = []

  /// - Parameter source: the source tree, absolute, where relative folders start.
  init(assignments: [Assignment], source: Path, recorder: ReadRecorder) {
    self.assignments = assignments
    self.source = source
    self.recorder = recorder
  }

  /// The value of a variable from the command line or else the environment; nil if neither sets it. An empty
  /// environment variable counts as not set.
  func given(_ name: String) throws(UserError) -> Settings.Default? {
    if let value = assigned(name) {
      return Settings.Default(name: name, value: value, origin: "command line")
    }
    guard let value = recorder.variable(name), !value.isEmpty else { return nil }
    guard let text = String(validating: value, as: UTF8.self) else {
      throw .environmentNotUTF8(name)
    }
    return Settings.Default(name: name, value: text, origin: "environment")
  }

  private func assigned(_ name: String) -> String? {
    assignments.last { $0.name == name }?.value
  }

  /// Adds a variable. What a file sets has the form of the variable that it replaces, and is as neutral.
  mutating func add(_ entry: Settings.Default) throws(UserError) {
    let replaced = entries.last { $0.name == entry.name } ?? entry
    let given = try given(entry.name)
    entries.append(
      Settings.Default(
        name: entry.name, value: given.map { escapingDollars($0.value) } ?? entry.value,
        origin: given?.origin ?? entry.origin, isNeutral: replaced.isNeutral, form: replaced.form))
  }

  /// Adds a variable that the environment cannot set and whose value affects no result.
  mutating func fix(_ name: String, _ value: String, origin: String) {
    let given = assigned(name).map {
      Settings.Default(name: name, value: escapingDollars($0), origin: "command line", isNeutral: true)
    }
    let fixed = Settings.Default(name: name, value: value, origin: origin, isNeutral: true)
    entries.append(given ?? fixed)
  }

  func checkAssignments() throws(UserError) {
    var names: [String] = []
    for entry in entries where !names.contains(entry.name) { names.append(entry.name) }
    for assignment in assignments where !names.contains(assignment.name) {
      throw .unknownVariable(assignment.name, among: names)
    }
  }

  /// The variables, with references to earlier variables expanded.
  ///
  /// - Parameter replaced: values that count instead of those that were given.
  func expanded(replacing replaced: [String: String] = [:]) throws -> Variables {
    var variables = Variables()
    for entry in entries {
      do {
        let template = try Template(entry.value)
        for name in template.variables where variables[name] == nil {
          throw UserError.usesLater(name, in: entry)
        }
        let value =
          try replaced[entry.name] ?? absolute(template.expanded { variables[$0]?.value ?? "" }, of: entry)
        variables.set(entry.name, value, origin: entry.origin, isNeutral: entry.isNeutral)
      } catch let error as TemplateError {
        throw UserError.badValue(entry, error)
      }
    }
    return variables
  }

  /// The value of a variable, its folders made absolute, so that all who read it mean the same.
  private func absolute(_ value: String, of entry: Settings.Default) throws(UserError) -> String {
    switch entry.form {
    case .text: return value
    case .folder:
      if value.isEmpty { throw .emptyFolder(entry) }
      return (source / value).normalized.string ?? value
    case .folderOrNone, .folderOrURL:
      if value.isEmpty || entry.form == .folderOrURL && isURL(value) { return value }
      return (source / value).normalized.string ?? value
    case .folders:
      var folders: [String] = []
      for word in value.split(separator: " ") {
        let folder = (source / String(word)).normalized.string ?? String(word)
        if folder.contains(" ") { throw .blankInFolder(String(word), of: entry, source) }
        folders.append(folder)
      }
      return folders.joined(separator: " ")
    }
  }

  /// The folders that `variables` name.
  func outputFolders(_ variables: Variables) -> [OutputFolder] {
    variables.names.flatMap { name -> [OutputFolder] in
      let form = entries.first { $0.name == name }?.form ?? .text
      guard form != .text, let variable = variables[name] else { return [] }
      if form == .folderOrURL, isURL(variable.value) { return [] }
      let paths =
        switch form {
        case .text: [String]()
        case .folder: [variable.value]
        case .folderOrNone, .folderOrURL: variable.value.isEmpty ? [] : [variable.value]
        case .folders: variable.value.split(separator: " ").map(String.init)
        }
      return paths.map { OutputFolder(name: name, path: Path($0), origin: variable.origin) }
    }
  }
}
