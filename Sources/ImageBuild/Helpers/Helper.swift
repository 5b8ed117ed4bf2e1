import BuildGraph
import Caching
import TextKit

/// `sysbuild helper NAME …`: programs for recipes that are part of sysbuild. Each takes arguments like any other
/// command.
package enum Helper {
  private static let names = [
    "publish", "receipt", "join-configuration", "package-list", "sbom", "provenance", "sign", "resolve",
    "emerge",
    "install", "build",
    "remove", "check", "quickpkg", "record-builds", "assemble", "copy-root", "attributes", "exchange", "fetch",
    "fetch-sources",
    "compilers",
  ]

  package static func run(_ words: [String]) throws {
    let arguments = Array(words.dropFirst())
    let (cache, signing) = (CachePlace.taken(), SigningCaller.taken())
    switch words.first {
    case "publish": try Publish.run(arguments)
    case "receipt": try Receipt.run(arguments)
    case "join-configuration": try JoinConfiguration.run(arguments)
    case "package-list": try PackageList.run(arguments)
    case "sbom": try BillsOfMaterials.run(arguments)
    case "provenance": try WriteProvenance.run(arguments)
    case "sign": try Sign.run(arguments, signing)
    case "resolve": try Resolve.run(arguments)
    case "emerge": try Emerge.run(arguments, cache)
    case "install": try Emerge.install(arguments, cache)
    case "build": try Emerge.build(arguments, cache)
    case "remove": try Emerge.remove(arguments)
    case "check": try Emerge.check(arguments, cache)
    case "quickpkg": try Emerge.makeMissingBinaries(arguments)
    case "record-builds": try Emerge.record(arguments, cache)
    case "copy-root": try Assemble.copyRoot(arguments)
    case "attributes": try SetAttributes.run(arguments)
    case "fetch": try Fetch.run(arguments)
    case "fetch-sources": try Resolve.fetchSources(arguments)
    case "compilers": try Compilers.run(arguments)
    case "exchange": try Assemble.exchange(arguments)
    case "assemble": try Assemble.run(arguments)
    case let name?:
      throw UserError.unknownHelper(name, among: names)
    case nil: throw UserError.needsHelper(among: names)
    }
  }

  /// The words behind each option `--NAME` that is there; those before the first belong to an empty one.
  static func words(_ arguments: [String]) -> [String: [String]] {
    var words: [String: [String]] = [:]
    var option = ""
    for word in arguments {
      if word.hasPrefix("--") { option = word }
      words[option, default: []] += word == option ? [] : [word]
    }
    return words
  }
}
