import Platform
import PortageFiles
import Stamps

/// The part of a configuration root that Portage does not compare: flags, environment files, patches, hooks. Of two
/// roots it is the same where their packages would be built in the same way, whatever the roots are called.
struct PackageConfiguration: Hashable {
  let ingredients: [ConfigurationIngredient]

  init(_ ingredients: [ConfigurationIngredient]) {
    self.ingredients = ingredients
  }

  /// With the variables that the configuration hands to every ebuild.
  init(_ reading: ConfigurationRoot.Reading) {
    let variables = EbuildVariables(reading.variables, usedByScripts: reading.usedByScripts)
    self.init(
      reading.ingredients
        + variables.entries.map { ConfigurationIngredient(scope: .every, entry: $0) })
  }

  /// What of it is about this package, in the order of the keys.
  func entries(for build: PackageBuild) -> [Listing.Entry] {
    Listing(ingredients.filter { $0.scope.contains(build, key: $0.entry.key) }.map(\.entry)).entries
  }
}

extension ConfigurationIngredient.Scope {
  /// - Parameter key: of the entry.
  func contains(_ build: PackageBuild, key: [UInt8]) -> Bool {
    switch self {
    case .every: true
    // Of what is no pattern it cannot be known.
    case .packages(let patterns): patterns.contains { PackagePattern($0.utf8)?.matches(build) ?? true }
    case .named(let category, let name):
      (!category || key.firstRange(of: Array(build.category.utf8)) != nil)
        && (!name || key.firstRange(of: Array(build.name.utf8)) != nil)
    }
  }
}

/// The form in which `BuildRecords` keeps a configuration: an entry an ingredient, the scope in front of its key.
extension PackageConfiguration {
  var listing: Listing {
    Listing(
      ingredients.map { ingredient in
        let entry = ingredient.entry
        return Listing.Entry(
          key: Array(ingredient.scope.text.utf8) + [0] + entry.key, value: entry.value, place: entry.place)
      })
  }

  /// Nil if `listing` is no such thing.
  init?(stored listing: Listing) {
    var ingredients: [ConfigurationIngredient] = []
    for entry in listing.entries {
      guard let end = entry.key.firstIndex(of: 0),
        let scope = ConfigurationIngredient.Scope(String(decoding: entry.key[..<end], as: UTF8.self))
      else { return nil }
      ingredients.append(
        ConfigurationIngredient(
          scope: scope,
          entry: Listing.Entry(key: entry.key[(end + 1)...], value: entry.value, place: entry.place)))
    }
    self.init(ingredients)
  }
}

extension ConfigurationIngredient.Scope {
  /// `every`; `packages`, with a pattern a line; `named category name`. No pattern holds a line feed that could match.
  fileprivate var text: String {
    switch self {
    case .every: "every"
    case .packages(let patterns): "packages\n" + patterns.joined(separator: "\n")
    case .named(let category, let name): "named" + (category ? " category" : "") + (name ? " name" : "")
    }
  }

  fileprivate init?(_ text: String) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let words = lines[0].split(separator: " ")
    switch words.first {
    case "every": self = .every
    case "packages": self = .packages(lines.dropFirst().filter { !$0.isEmpty })
    case "named": self = .named(category: words.contains("category"), name: words.contains("name"))
    default: return nil
    }
  }
}
