import Stamps

/// What a build was made from, and what others that are built see of it.
struct BuildRecord: Hashable {
  /// What it was made from, with the toolchain, but without `against`.
  let ingredients: Listing
  /// The digest of what counted of each package that it was built against, by the text of `Against`.
  let against: [String: String]
  /// The digest of what others see of it, for each measure; empty if it was never in the sysroot.
  var own: [Against.Measure: String] = [:]

  init(
    ingredients: [Listing.Entry], toolchain: String, against: [String: String],
    own: [Against.Measure: String] = [:]
  ) {
    self.ingredients = Listing(ingredients + [Listing.Entry(Self.toolchain, toolchain)])
    self.against = against
    self.own = own
  }

  /// What tells this build from others of the same version and USE flags, wherever they are made (`BuildKeys`).
  var key: String {
    Listing(ingredients.entries + against.map { Listing.Entry(Self.against + $0.key, $0.value) }).digest.hex
  }

  private static let toolchain = "toolchain"

  /// As `EmergeStage.toolchainText` has it.
  var toolchain: String {
    let entry = ingredients.entries.first { $0.key.elementsEqual(Self.toolchain.utf8) }
    return entry.map { String(decoding: $0.value, as: UTF8.self) } ?? ""
  }

  // MARK: The stored form

  private static let against = "against "
  private static let own = "own "

  /// The ingredients, and an entry `against PLACE` or `own MEASURE` for each digest.
  var stored: Listing {
    Listing(
      ingredients.entries + against.map { Listing.Entry(Self.against + $0.key, $0.value) }
        + own.map { Listing.Entry(Self.own + $0.key.rawValue, $0.value) })
  }

  init(stored listing: Listing) {
    var ingredients: [Listing.Entry] = []
    var against: [String: String] = [:]
    for entry in listing.entries {
      if entry.key.starts(with: Self.against.utf8) {
        let place = String(decoding: entry.key.dropFirst(Self.against.utf8.count), as: UTF8.self)
        against[place] = String(decoding: entry.value, as: UTF8.self)
      } else if entry.key.starts(with: Self.own.utf8),
        let measure = Against.Measure(
          rawValue: String(decoding: entry.key.dropFirst(Self.own.utf8.count), as: UTF8.self))
      {
        own[measure] = String(decoding: entry.value, as: UTF8.self)
      } else {
        ingredients.append(entry)
      }
    }
    self.ingredients = Listing(ingredients)
    self.against = against
  }
}
