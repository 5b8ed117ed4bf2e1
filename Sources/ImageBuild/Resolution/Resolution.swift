import ArtifactKinds
import Platform
import PortageFiles
import Stamps

/// Which packages an image consists of: a list for each stage, resolved as if nothing were built yet.
struct Resolution {
  let lists: [ResolvedList.Name: ResolvedList]
  private let listings: [ResolvedList.Name: Listing]
  /// `category/name` of each package of which the resolver asked a repository which versions there are.
  let asked: [String]
  /// Nil if it was read from a folder.
  private let provenance: Provenance?

  /// Adds to the packages what their builds are made from.
  ///
  /// - Parameters:
  ///   - answer: of the program `resolve`.
  ///   - bootstrap: the ingredients of the bootstrap configuration.
  ///   - target: those of the complete configuration.
  ///   - rules: what of packages counts.
  init(
    _ answer: ResolutionProgram.Answer, bootstrap: Ingredients, target: Ingredients, _ rules: FollowRules
  ) throws {
    asked = answer.asked
    let licenses = try RepositoryLicenses(target.repositories)
    provenance = Provenance(answer.facts) { licenses[$0] }
    var lists: [ResolvedList.Name: ResolvedList] = [:]
    // Most packages are in several lists.
    var known: [ResolvedPackage: ResolvedList.Member] = [:]
    for stage in ResolvedList.Name.allCases {
      let ingredients = stage == .libcap ? bootstrap : target
      // What is installed later takes the place of what is there.
      let packages = Dictionary((answer.packages[stage] ?? []).map { ($0.place, $0) }) { $1 }
      let members = try packages.values.map { package in
        var package = package
        package.against = package.against.map { rules.against($0.place) }
        if stage != .libcap, let member = known[package] { return member }
        let member = ResolvedList.Member(package: package, ingredients: try ingredients.own(of: package))
        if stage != .libcap { known[package] = member }
        return member
      }
      lists[stage] = ResolvedList(
        members, common: ingredients.configuration.common, merging: ingredients.merging)
    }
    self.lists = lists
    listings = lists.mapValues(\.listing)
  }

  /// Reads what was written to a folder; nil if a list is missing or is none.
  init?(readIn folder: Path) {
    var lists: [ResolvedList.Name: ResolvedList] = [:]
    for stage in ResolvedList.Name.allCases {
      lists[stage] = try? ResolvedList(file: Self.file(of: stage, in: folder))
    }
    guard lists.count == ResolvedList.Name.allCases.count else { return nil }
    self.lists = lists
    listings = lists.mapValues(\.listing)
    asked = []
    provenance = nil
  }

  /// Whether a stage gets another list than by `other`; places do not count.
  func differs(from other: Resolution?, in stage: ResolvedList.Name) -> Bool {
    listings[stage]?.digest != other?.listings[stage]?.digest
  }

  /// The file of a list in the folder of a resolution.
  static func file(of stage: ResolvedList.Name, in folder: Path) -> Path { folder / Path(stage.rawValue) }

  /// The name of the file of `Provenance`.
  static let provenanceName = "provenance"

  func write(to folder: Path) throws {
    try Directory.create(folder, intermediates: true)
    try RepositoryParts.keep(asked, in: folder.parent)
    try AtomicFile.write(
      Array(PackageLock(self).text.utf8), to: folder / PackageLock.name, durable: false)
    if let provenance {
      try AtomicFile.write(
        provenance.listing.storedText, to: folder / Self.provenanceName, durable: false)
    }
    for (stage, listing) in listings {
      try AtomicFile.write(listing.storedText, to: Self.file(of: stage, in: folder), durable: false)
    }
  }
}
