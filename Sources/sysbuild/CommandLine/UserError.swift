internal import BuildGraph
internal import Platform

/// A mistake of the user's, or a state of the system, that ends the run: one line, or a few, which say
/// where, what, and how to mend it.
///
/// Errors of the layers below keep their own types until they reach the command line; this one is for what
/// only the command line knows.
struct UserError: Error, Hashable, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }
}

extension UserError {
  static func unknownOption(_ option: String) -> Self {
    let hint = didYouMean(option, among: Invocation.optionNames)
    return Self("unknown option '\(option)'\(hint.isEmpty ? "; 'sysbuild --help' lists them" : hint)")
  }

  static func needlessArgument(_ option: String) -> Self {
    Self("option '\(option)' takes no value")
  }

  static func missingArgument(_ option: String, _ what: String) -> Self {
    Self("option '\(option)' needs \(what)")
  }

  static func badJobs(_ text: String) -> Self {
    Self("'\(text)' is no number of jobs: give a whole number from 1 to 1024")
  }

  static func notUTF8(_ argument: String) -> Self {
    Self("argument '\(argument)' is not UTF-8")
  }

  static func noJSON(_ query: String?) -> Self {
    Self(
      (query.map { "'\($0)' does not answer in JSON" } ?? "option '--json' needs a question")
        + ": use it with --dry-run, list, status, why, affects, graph, packages, history or doctor")
  }

  static func needlessOption(_ option: String, _ place: String) -> Self {
    Self("option '\(option)' is for \(place)")
  }

  static func twoFormats(_ format: String) -> Self {
    Self("options '--json' and '--format \(format)' exclude each other: leave one out")
  }

  static func unknownFormat(_ format: String, among formats: [String]) -> Self {
    Self(
      "'\(format)' is no format of a graph\(didYouMean(format, among: formats)); there are \(formats.joined(separator: ", "))"
    )
  }

  static func needsFile(_ query: String) -> Self {
    Self("'\(query)' needs the name of a file, as in 'sysbuild \(query) sets/build.packages'")
  }

  static func noReader(_ file: String, among files: [String]) -> Self {
    let hint = didYouMean(file, among: files)
    return Self(
      "no target reads '\(file)'\(hint.isEmpty ? "; 'sysbuild show TARGET' prints what a target reads" : hint)")
  }

  static let needsManifests = Self(
    "option '--diff' needs one or two images, as in 'sysbuild packages --diff OLD NEW': each a packages.json,"
      + " or a folder that holds one")

  static let tooManyRoots = Self("'packages' takes one root; 'packages --diff' compares two images")

  static func noManifest(_ error: SystemError) -> Self {
    Self("\(error); name a packages.json that was published, or a folder that holds one")
  }

  static func badManifest(_ file: Path, _ problem: PackageManifest.Problem) -> Self {
    switch problem {
    case .foreign:
      Self("'\(file)' is no packages.json, or a damaged one: 'sysbuild image' writes one to IMAGESDIR")
    case .otherVersion(let version):
      Self(
        "'\(file)' is a packages.json of version \(version), which this sysbuild does not know: use a newer one"
      )
    }
  }

  static func unknownRoot(_ name: String, among names: [String]) -> Self {
    let hint = didYouMean(name, among: names)
    return Self(
      "no root is called '\(name)'\(hint.isEmpty ? "; there are \(names.joined(separator: " and "))" : hint)")
  }

  static func noWords(_ query: String, _ word: String) -> Self {
    Self("'\(query)' is about all targets: leave out '\(word)'")
  }

  static func unknownTarget(_ name: String, among names: [String]) -> Self {
    if Invocation.Query.visible.contains(name) {
      return Self("'\(name)' is a query, not a target: it comes first, as in 'sysbuild \(name) …'")
    }
    let hint = didYouMean(name, among: names)
    return Self(
      "no target or query is called '\(name)'\(hint.isEmpty ? "; 'sysbuild list' shows the targets" : hint)")
  }

  static func unknownVariable(_ name: String, among names: [String]) -> Self {
    let hint = didYouMean(name, among: names)
    return Self(
      "no variable is called '\(name)'\(hint.isEmpty ? "; the build has \(names.joined(separator: ", "))" : hint)"
    )
  }

  static func unknownVariant(_ name: String, among names: [String]) -> Self {
    let hint = didYouMean(name, among: names)
    let all = names.isEmpty ? "; there is none in profiles" : "; there are \(names.joined(separator: ", "))"
    return Self("no variant is called '\(name)'\(hint.isEmpty ? all : hint)")
  }

  static func needsTarget(_ query: String) -> Self {
    Self("'\(query)' needs the name of a target: 'sysbuild list' shows them")
  }

  static func tooManyWords(_ query: String) -> Self {
    Self("'\(query)' takes one target")
  }

  static func noSourceTree(_ folder: String) -> Self {
    Self(
      "'\(folder)' is no source tree: it has neither 'profiles' nor 'targets.conf'; go to one, or name it with -C"
    )
  }
}
