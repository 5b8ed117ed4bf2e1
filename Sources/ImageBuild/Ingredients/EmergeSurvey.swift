import EmergeOutput
import Explanations
import Platform
import PortageFiles
import Stamps
import TextKit

/// Compares what a stage's packages would be built from now with what its builds were made from.
struct EmergeSurvey {
  let stage: EmergeStage
  private let records: BuildRecords
  private var now: Ingredients
  private let began = Clock.wall
  /// The listings of builds of the last emerge that are not recorded yet.
  private var last: [PackageBuild: Listing] = [:]

  /// Also records what the builds of the last emerge were made from, where that is still known.
  init(records folder: Path) throws {
    try self.init(records: folder, of: try EmergeStage())
  }

  init(records folder: Path, of stage: EmergeStage) throws {
    try self.init(records: folder, of: stage, keepsRecords: true)
    for (build, listing) in last { try records.keep(listing, of: build) }
  }

  /// A survey of any stage that writes nothing.
  ///
  /// - Parameter toolchain: the toolchain that the stage will have, if it is not the present one.
  init(records folder: Path, of stage: EmergeStage, assuming toolchain: String?) throws {
    try self.init(records: folder, of: stage, keepsRecords: false)
    guard let toolchain else { return }
    now = Ingredients(
      configuration: now.configuration, toolchain: toolchain, repositories: now.repositories)
  }

  private init(records folder: Path, of stage: EmergeStage, keepsRecords: Bool) throws {
    self.stage = stage
    records = BuildRecords(folder)
    now = try stage.ingredients(toolchainIndex: folder / "index", isKept: keepsRecords)
    last = try buildsOfLast()
  }

  /// What each build of the last emerge was made from, without those of which a file has been changed, added or removed
  /// since that emerge began: what they were made from is not known.
  private func buildsOfLast() throws -> [PackageBuild: Listing] {
    guard let begun = records.begun else { return [:] }
    let then = Ingredients(
      configuration: begun.configuration, toolchain: begun.toolchain, repositories: now.repositories)
    var found: [PackageBuild: Listing] = [:]
    for build in try unrecorded(since: begun.time) where !begun.earlier.contains(BuildRecords.name(of: build)) {
      // The files are looked at after they have been read: a change in between is seen.
      let listing = try then.listing(of: build)
      let entries = then.configuration.entries(for: build) + now.configuration.entries(for: build)
      if try then.isChanged(since: begun.time, for: build)
        || stage.isConfigurationChanged(since: begun.time, entries)
      {
        continue
      }
      found[build] = listing
    }
    return found
  }

  /// The builds from then on, in nanoseconds since the epoch, of which there is no record. Times of builds are whole
  /// seconds.
  private func unrecorded(since time: Int64) throws -> Set<PackageBuild> {
    let builds = try PackageBuild.installed(in: stage.root) + PackageBuild.binary(in: stage.binaryPackages)
    return Set(builds.filter { $0.time >= time / 1_000_000_000 && records.listing(of: $0) == nil })
  }

  /// The builds that would be made from something else now, each with the first change as the reason.
  func outOfDate(_ builds: [PackageBuild]) throws -> [(build: PackageBuild, reason: String)] {
    try builds.compactMap { build in
      guard let current = try now.listing(of: build) else { return nil }
      guard let changes = (last[build] ?? records.listing(of: build)).map({ current.changes(since: $0) }) else {
        return (build, "nobody knows what it was made from")
      }
      guard let first = changes.first else { return nil }
      let more = changes.count > 1 ? " (and \(Quantity.count(changes.count - 1, "change")) more)" : ""
      return (build, Wording.text(first) + more)
    }
  }

  /// The binary packages that are out of date, and those of a version that emerge would build from another repository
  /// now: it never compares the repositories of a binary package and of an ebuild.
  ///
  /// - Parameter pretending: asks emerge what it would do with these arguments.
  func unfitBinaries(
    pretending ask: ([String]) throws -> [PretendedMerge]
  ) throws -> [(build: PackageBuild, reason: String)] {
    let binaries = try PackageBuild.binary(in: stage.binaryPackages)
    let shared = binaries.filter { build in
      now.repositories.all.contains { $0.name != build.repository && File.exists($0.ebuild(of: build)) }
    }
    if shared.isEmpty { return try outOfDate(binaries) }
    func asked(_ builds: [PackageBuild]) throws -> [PretendedMerge] {
      try ask(["--oneshot", "--nodeps"] + builds.map { "=\($0.versionedName)" })
    }
    var merges = try asked(shared)
    // emerge gives no answer if one of them is masked, as old versions may be.
    if merges.isEmpty { merges = try shared.flatMap { try asked([$0]) } }
    let places = Dictionary(merges.map { ($0.versionedName, $0.repository) }) { first, _ in first }
    let moved = shared.compactMap { build -> (build: PackageBuild, reason: String)? in
      guard let place = places[build.versionedName], place != build.repository else { return nil }
      return (build, "\(build.repository) → \(place)")
    }
    let names = Set(moved.map(\.build))
    return try outOfDate(binaries.filter { !names.contains($0) }) + moved
  }

  /// Notes that an emerge begins. Must be called before emerge runs.
  func begin() throws {
    let earlier = Set(try unrecorded(since: began).map(BuildRecords.name))
    try records.begin(
      .init(time: began, configuration: now.configuration, toolchain: now.toolchain, earlier: earlier))
  }
}
