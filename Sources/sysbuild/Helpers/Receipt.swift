internal import Platform
internal import Stamps

/// `helper receipt ROOT FILE [ATOM…]`: writes which packages are installed in ROOT, of the atoms' names only
/// if there are atoms.
///
/// Stages that build in the same root one after the other each need an output of their own: the receipt
/// says what the stage left, goes when the root goes, and is the same when the stage made the same.
enum Receipt {
  static func run(_ arguments: [String]) throws {
    guard arguments.count >= 2 else { throw UserError("usage: sysbuild helper receipt ROOT FILE [ATOM…]") }
    let file = Path(arguments[1])
    var names: Set<String> = []
    for atom in arguments.dropFirst(2) { names.insert(try Atom(parsing: atom).packageName) }
    let installed = try InstalledPackages(root: Path(arguments[0]))
    try Directory.create(file.parent, intermediates: true)
    try AtomicFile.write(installed.listing(of: names).storedText, to: file, durable: false)
  }
}

extension Atom {
  fileprivate var packageName: String { "\(category)/\(name)" }
}

extension InstalledPackages {
  /// The listing of the packages with these names, or of all if there are no names.
  fileprivate func listing(of names: Set<String>) -> Listing {
    if names.isEmpty { return listing }
    let wanted = packages.filter { names.contains("\($0.category)/\($0.name)") }
    let keys = Set(wanted.map { Array($0.versionedName.utf8) })
    return Listing(listing.entries.filter { keys.contains($0.key) })
  }
}
