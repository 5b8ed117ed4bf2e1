import BuildGraph
import Stamps

/// The key under which a cache keeps what the targets of a unit have made: the digest of their recipes and of what they
/// read, apart from what they make for each other. It has no path of a machine.
///
/// O itself, IMAGESDIR and the source tree are where they are: commands of an image find O at the same path everywhere. A
/// program that lies in O is not there yet when its key is asked for, so the trees in O that it may come from count.
struct CacheKey {
  /// Changes when a record of the same key would be another.
  private static let version = "sysbuild cache 1"

  /// What is kept for exactly these inputs.
  let exact: Digest
  /// The same without the parts of repositories, of which only the targets themselves find out which count.
  let withoutParts: Digest

  /// - Parameters:
  ///   - unit: its name.
  ///   - targets: the name, the recipe and the inputs of each.
  ///   - trees: those in O that targets behind them make.
  ///   - made: what the targets make for each other.
  ///   - placesCount: whether commands see O and IMAGESDIR where they are, so that these are part of the key.
  init(
    _ unit: String, _ targets: [(name: String, recipe: [String], inputs: [Stamp.Record])],
    trees: [Stamp.Record],
    made: Set<Artifact>, placesCount: Bool
  ) {
    var entries = [Listing.Entry(Self.version, unit)]
    var parts: [Listing.Entry] = []
    for target in targets {
      for (index, line) in target.recipe.enumerated() {
        entries.append(Listing.Entry("\(target.name) recipe \(index)", line))
      }
      for record in target.inputs
      where (placesCount || !Self.isPlace(record.artifact)) && !made.contains(record.artifact) {
        let entry = Listing.Entry("\(target.name) \(record.artifact)", Self.text(record))
        if record.artifact.kind.rawValue == "repository" { parts.append(entry) } else { entries.append(entry) }
      }
    }
    let programs = targets.flatMap(\.inputs).filter { $0.artifact.kind == .tool && Self.isMade($0) }
    if !programs.isEmpty {
      entries += trees.map { Listing.Entry("programs from \($0.artifact)", Self.text($0)) }
    }
    withoutParts = Listing(entries).digest
    exact = Listing(entries + parts).digest
  }

  static func isPlace(_ artifact: Artifact) -> Bool {
    artifact.kind == .value && ["O", "IMAGESDIR", "SOURCE"].contains(artifact.name)
  }

  private static func text(_ record: Stamp.Record) -> String {
    if record.artifact.kind == .tool, isMade(record) { return "made" }
    return record.observation.map { $0.digest.hex + ($0.isExecutable ? " executable" : "") } ?? "missing"
  }

  /// Whether a program lies in O, or will.
  private static func isMade(_ tool: Stamp.Record) -> Bool {
    guard tool.observation != nil, case .text(let place) = tool.detail else { return true }
    return place.hasPrefix("${O}/")
  }

  /// The key under which the newest result of a variant is kept.
  static func newest(_ unit: String, variant: String) -> Digest {
    Listing([Listing.Entry(version, unit), Listing.Entry("newest", variant)]).digest
  }
}
