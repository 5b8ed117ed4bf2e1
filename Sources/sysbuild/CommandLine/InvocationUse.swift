internal import BuildGraph
internal import Platform

extension Invocation {
  /// The variables with those that are only assumed, which hold.
  var assignments: [Assignment] {
    variables
      + whatIfs.compactMap { assumed in
        if case .variable(let assignment) = assumed { assignment } else { nil }
      }
  }

  /// The files that are to be taken for changed.
  var assumedFiles: [String] {
    whatIfs.compactMap { assumed in
      if case .file(let name) = assumed { name } else { nil }
    }
  }

  static func decoded(_ arguments: [[UInt8]]) throws(UserError) -> [String] {
    var strings: [String] = []
    for argument in arguments {
      guard let string = String(validating: argument, as: UTF8.self) else {
        throw .notUTF8(printable(argument))
      }
      strings.append(string)
    }
    return strings
  }

  /// Options and words that would otherwise be passed over in silence.
  func checkOptions() throws(UserError) {
    let answersInJSON: [Query?] = [.list, .status, .why, .affects, .graph, .packages, .history, .doctor]
    if wantsJSON, !answersInJSON.contains(query), query != nil || !isDryRun {
      throw .noJSON(query?.rawValue)
    }
    if !whatIfs.isEmpty, ![nil, .status, .why, .graph].contains(query) {
      throw .needlessOption("--what-if", "a build, status, why or graph")
    }
    if wantsPackages, query != nil || !isDryRun || asksOnly { throw .needlessOption("--packages", "a dry run") }
    if waits, ![nil, .clean].contains(query) { throw .needlessOption("--wait", "a build and clean") }
    if follows, query != .log { throw .needlessOption("--follow", "log") }
    for (option, file) in [("--events", events), ("--trace", trace)] where file != nil {
      if query != nil || isDryRun || asksOnly { throw .needlessOption(option, "a build") }
    }
    if wantsAll, ![.why, .packages, .history].contains(query) {
      throw .needlessOption("--all", "why, packages or history")
    }
    for (option, isGiven) in [("--size", wantsSize), ("--diff", wantsDifference)] {
      if isGiven, query != .packages { throw .needlessOption(option, "packages") }
    }
    if let format {
      if query != .graph { throw .needlessOption("--format", "graph") }
      if wantsJSON, format != .json { throw .twoFormats(format.rawValue) }
    }
    switch query {
    case .list, .status, .doctor: if let word = words.first { throw .noWords(query?.rawValue ?? "", word) }
    case .packages: try checkPackages()
    case .affects: if words.isEmpty { throw .needsFile("affects") }
    default: break
    }
  }

  private func checkPackages() throws(UserError) {
    if wantsDifference {
      guard (1...2).contains(words.count) else { throw .needsManifests }
    } else if words.count > 1 {
      throw .tooManyRoots
    }
  }

  /// How to ask for `words` with the folder, the variables and the assumptions of this invocation.
  func commandLine(_ words: [String]) -> String {
    let folder = directory.map { ["-C", "\($0)"] } ?? []
    let assignments = variables.map { "\($0.name)=\($0.value)" }
    let assumed = whatIfs.flatMap { assumed in
      switch assumed {
      case .file(let name): ["-W", name]
      case .variable(let assignment): ["-W", "\(assignment.name)=\(assignment.value)"]
      }
    }
    return (["sysbuild"] + folder + assignments + assumed + words).map { shellQuoted($0) }
      .joined(separator: " ")
  }
}
