internal import BuildGraph

/// `sysbuild helper NAME …`: the parts of recipes that are sysbuild's own programs, each a command with
/// arguments like any other.
enum Helper {
  static func run(_ words: [String]) throws -> Tool.Ending {
    let arguments = Array(words.dropFirst())
    switch words.first {
    case "publish": try Publish.run(arguments)
    case "receipt": try Receipt.run(arguments)
    case "package-list": try PackageList.run(arguments)
    case let name?:
      throw UserError(
        "there is no helper '\(name)'; there are publish, receipt and package-list"
          + didYouMean(name, among: ["publish", "receipt", "package-list"]))
    case nil: throw UserError("'helper' needs a name: publish, receipt or package-list")
    }
    return .exit(0)
  }
}
