public import Stamps

/// Something in a configuration that Portage does not compare when it decides what to build: a line of package.env, a
/// patch, what a hook sources.
public struct ConfigurationIngredient: Hashable, Sendable {
  /// The packages that it concerns.
  public enum Scope: Hashable, Sendable {
    case every
    /// Those that one of these patterns matches: atoms, `CATEGORY/NAME`.
    case packages([String])
    /// Those whose category, or name, is part of the entry's key.
    case named(category: Bool, name: Bool)
  }

  public let scope: Scope
  /// The key is short: `package.env/x: cat/pkg`, `env/debug.conf: CFLAGS`, `patches/cat/pkg/y.patch`, `bashrc`.
  public let entry: Listing.Entry

  public init(scope: Scope, entry: Listing.Entry) {
    self.scope = scope
    self.entry = entry
  }
}
