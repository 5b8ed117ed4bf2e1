import EmergeOutput
import Explanations
import Platform
import PortageFiles
import Stamps
import TextKit

/// Compares what the packages of a list are to be built from with what the builds that are there were made from.
struct EmergeSurvey {
  let stage: EmergeStage
  let list: ResolvedList
  private let records: BuildRecords
  private let toolchain: String
  private let now: Ingredients
  private let began = Clock.wall
  /// The listings of builds of the last emerge that are not recorded yet.
  private var last: [PackageBuild: Listing] = [:]

  /// Also records what the builds of the last emerge were made from, where that is still known.
  init(records folder: Path, of stage: EmergeStage, list: ResolvedList) throws {
    try self.init(records: folder, of: stage, list: list, toolchain: nil, keepsRecords: true)
    for (build, listing) in last { try records.keep(listing, of: build) }
  }

  /// A survey of any stage that writes nothing.
  ///
  /// - Parameter toolchain: the toolchain that the stage will have, if it is not the present one.
  init(records folder: Path, of stage: EmergeStage, list: ResolvedList, assuming toolchain: String?) throws {
    try self.init(records: folder, of: stage, list: list, toolchain: toolchain, keepsRecords: false)
  }

  private init(
    records folder: Path, of stage: EmergeStage, list: ResolvedList, toolchain: String?, keepsRecords: Bool
  ) throws {
    self.stage = stage
    self.list = list
    records = BuildRecords(folder)
    self.toolchain =
      try toolchain ?? stage.toolchainText(index: FileIndex(folder / "index"), isKept: keepsRecords)
    now = try stage.ingredients()
    last = try buildsOfLast()
  }

  /// What each build of the last emerge was made from, without those of which a file has been changed, added or removed
  /// since that emerge began: what they were made from is not known.
  private func buildsOfLast() throws -> [PackageBuild: Listing] {
    guard let begun = records.begun, let repositories = try? stage.repositories(begun.reposConf) else {
      return [:]
    }
    let then = Ingredients(configuration: begun.configuration, repositories: repositories)
    var found: [PackageBuild: Listing] = [:]
    for build in try unrecorded(since: begun.time) where !begun.earlier.contains(BuildRecords.name(of: build)) {
      guard let package = list[build]?.package else { continue }
      // The files are looked at after they have been read: a change in between is seen.
      guard let own = try? then.own(of: package) else { continue }
      let configured = begun.configuration.entries(for: build) + now.configuration.entries(for: build)
      if try then.isChanged(since: begun.time, for: package)
        || stage.isConfigurationChanged(since: begun.time, configured)
      {
        continue
      }
      found[build] = Self.record(begun.configuration.common + own, begun.toolchain)
    }
    return found
  }

  private static func record(_ ingredients: [Listing.Entry], _ toolchain: String) -> Listing {
    Listing(ingredients + [Listing.Entry("toolchain", toolchain)])
  }

  /// The builds from then on, in nanoseconds since the epoch, of which there is no record. Times of builds are whole
  /// seconds.
  private func unrecorded(since time: Int64) throws -> Set<PackageBuild> {
    let binaries = try BinaryPackage.all(in: stage.binaryPackages).map(\.build)
    let builds = try PackageBuild.installed(in: stage.root) + binaries
    return Set(builds.filter { $0.time >= time / 1_000_000_000 && records.listing(of: $0) == nil })
  }

  /// Why a build of a package of the list is not what it would be now; nil if it is.
  func outOfDate(_ build: PackageBuild) -> String? {
    guard let member = list[build] else { return nil }
    let current = Self.record(list.ingredients(of: member), toolchain)
    guard let changes = (last[build] ?? records.listing(of: build)).map({ current.changes(since: $0) }) else {
      return "nobody knows what it was made from"
    }
    guard let first = changes.first else { return nil }
    let more = changes.count > 1 ? " (and \(Quantity.count(changes.count - 1, "change")) more)" : ""
    return Wording.text(first) + more
  }

  /// The binary package that emerge would take for each package of the list: the newest with these flags.
  func binaries() throws -> [ResolvedPackage: BinaryPackage] {
    let present = Dictionary(grouping: try BinaryPackage.all(in: stage.binaryPackages), by: \.versionedName)
    var found: [ResolvedPackage: BinaryPackage] = [:]
    for package in list.packages {
      found[package] = present[package.versionedName]?.last { binary in
        binary.use == package.use && File.exists(stage.binaryPackages / Path(binary.path))
      }
    }
    return found
  }

  /// Those of them that are not what the list says. emerge itself compares flags and dependencies.
  func unfitBinaries() throws -> [(build: PackageBuild, reason: String)] {
    try binaries().values.map(\.build).sorted { $0.id < $1.id }.compactMap { build in
      outOfDate(build).map { (build, $0) }
    }
  }

  /// The packages of the list that emerge would have to build, since no binary package fits.
  func missingBinaries() throws -> [ResolvedPackage] {
    let binaries = try binaries()
    return list.packages.filter { package in binaries[package].map { outOfDate($0.build) != nil } ?? true }
  }

  /// Notes that an emerge begins. Must be called before emerge runs.
  func begin() throws {
    let earlier = Set(try unrecorded(since: began).map(BuildRecords.name))
    try records.begin(
      .init(
        time: began, configuration: now.configuration, toolchain: toolchain, reposConf: stage.reposConf,
        earlier: earlier))
  }
}
