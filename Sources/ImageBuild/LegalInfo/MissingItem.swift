/// Something that is not in the folder although it should be.
struct MissingItem: Hashable, Comparable {
  /// The package, `sys-libs/pam-1.5.3`.
  let package: String
  /// What is missing: `source leaf-1.tar.gz`.
  let what: String
  /// Why, with the remedy if there is one.
  let why: String

  var line: String { "\(package)\t\(what)\t\(why)\n" }

  static func < (left: Self, right: Self) -> Bool { left.line.utf8.lexicographicallyPrecedes(right.line.utf8) }
}
