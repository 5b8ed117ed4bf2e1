import Stamps

/// What a build was made from, and what others that are built see of it.
struct BuildRecord: Hashable {
  /// What it was made from, with the toolchain, but without `against`.
  let ingredients: Listing
  /// The digest of the interface of each package that it was built against, by place.
  let against: [String: String]
  /// The digest of its own interface; nil if it was never in the sysroot.
  var interface: String?

  init(ingredients: [Listing.Entry], toolchain: String, against: [String: String], interface: String? = nil) {
    self.ingredients = Listing(ingredients + [Listing.Entry("toolchain", toolchain)])
    self.against = against
    self.interface = interface
  }

  // MARK: The stored form

  private static let against = "against "
  private static let interface = "own interface"

  /// The ingredients, and an entry `against PLACE` or `own interface` for each digest.
  var stored: Listing {
    Listing(
      ingredients.entries + against.map { Listing.Entry(Self.against + $0.key, $0.value) }
        + [interface].compactMap(\.self).map { Listing.Entry(Self.interface, $0) })
  }

  init(stored listing: Listing) {
    var ingredients: [Listing.Entry] = []
    var against: [String: String] = [:]
    for entry in listing.entries {
      if entry.key.starts(with: Self.against.utf8) {
        let place = String(decoding: entry.key.dropFirst(Self.against.utf8.count), as: UTF8.self)
        against[place] = String(decoding: entry.value, as: UTF8.self)
      } else if entry.key == Array(Self.interface.utf8) {
        interface = String(decoding: entry.value, as: UTF8.self)
      } else {
        ingredients.append(entry)
      }
    }
    self.ingredients = Listing(ingredients)
    self.against = against
  }
}
