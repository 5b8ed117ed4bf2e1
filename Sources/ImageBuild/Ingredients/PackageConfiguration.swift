import Platform
import PortageFiles
import Stamps
import TextKit

/// The part of a configuration root that Portage does not compare: flags, environment files, patches, hooks. Two roots
/// with equal values of this type build their packages in the same way, whatever the roots are called.
struct PackageConfiguration: Hashable {
  let ingredients: [ConfigurationIngredient]

  init(_ ingredients: [ConfigurationIngredient]) {
    self.ingredients = ingredients
  }

  /// Includes the variables that the configuration passes to every ebuild.
  init(_ reading: ConfigurationRoot.Reading) {
    let variables = EbuildVariables(reading.variables, usedByScripts: reading.usedByScripts)
    self.init(
      reading.ingredients
        + variables.entries.map { ConfigurationIngredient(scope: .every, entry: $0) })
  }

  /// The entries that apply to this package, in the order of their keys.
  func entries(for build: PackageBuild) -> [Listing.Entry] { Listing(common + own(of: build)).entries }

  /// The entries that apply to every package.
  var common: [Listing.Entry] { ingredients.filter { $0.scope == .every }.map(\.entry) }

  /// The entries that apply to this package, but not to every package.
  func own(of build: PackageBuild) -> [Listing.Entry] {
    ingredients.filter { $0.scope != .every && $0.scope.contains(build, key: $0.entry.key) }.map(\.entry)
  }
}

extension ConfigurationIngredient.Scope {
  /// Whether an entry with this scope applies to a package.
  ///
  /// - Parameter key: the key of the entry.
  func contains(_ build: PackageBuild, key: [UInt8]) -> Bool {
    switch self {
    case .every: true
    // A text that is no pattern could mean any package.
    case .packages(let patterns): patterns.contains { PackagePattern($0.utf8)?.matches(build) ?? true }
    case .named(let category, let name):
      (!category || key.position(of: Array(build.category.utf8)) != nil)
        && (!name || key.position(of: Array(build.name.utf8)) != nil)
    }
  }
}

/// The form in which `BuildRecords` stores a configuration: an entry for each ingredient, whose key begins with the
/// scope.
extension PackageConfiguration {
  var listing: Listing {
    Listing(
      ingredients.map { ingredient in
        let entry = ingredient.entry
        return Listing.Entry(
          key: Array(ingredient.scope.text.utf8) + [0] + entry.key, value: entry.value, place: entry.place)
      })
  }

  /// Nil if `listing` is not a stored configuration.
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
  /// `every`; `packages` with a pattern on each line; `named category name`. A pattern with a line feed could not match
  /// anything.
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
