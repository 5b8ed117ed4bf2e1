public import Platform
import Stamps

/// A folder that the source of a package is in: a checkout on this machine, whose content counts as it is, committed or
/// not. A file of package.env names it, as the variable `SYSBUILD_CHECKOUT`, which the ebuild reads, too.
public struct Checkout: Hashable, Sendable {
  public static let variable = "SYSBUILD_CHECKOUT"
  /// What is left out of it, anywhere.
  public static let unread = [".git"]

  public let path: Path
  /// The packages that it is the source of.
  public let scope: ConfigurationIngredient.Scope
}

extension Checkout {
  /// The checkouts that ingredients of a configuration name.
  ///
  /// - Throws: `SourceError` for a path that is not absolute.
  public static func all(in ingredients: [ConfigurationIngredient]) throws(SourceError) -> [Checkout] {
    var found: [Checkout] = []
    for ingredient in ingredients {
      let key = String(decoding: ingredient.entry.key, as: UTF8.self)
      guard key.hasSuffix(": \(variable)") else { continue }
      let path = Path(bytes: ingredient.entry.value)
      guard path.isAbsolute else {
        throw SourceError.relativeCheckout(ingredient.entry.place ?? key, variable, "\(path)")
      }
      found.append(Checkout(path: path.normalized, scope: ingredient.scope))
    }
    return found
  }
}
