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
  private let interfaces: SysrootInterfaces
  /// What will count of packages that are about to be merged, where it is known.
  private var foreseen: [Against: String] = [:]
  /// What builds of the last emerge were made from that were not recorded before.
  private(set) var newBuilds: [PackageBuild: BuildRecord] = [:]

  /// Also records what the builds of the last emerge were made from, where that is still known.
  init(records folder: Path, of stage: EmergeStage, list: ResolvedList) throws {
    try self.init(records: folder, of: stage, list: list, toolchain: nil, keepsRecords: true)
    for (build, record) in newBuilds { try records.keep(record, of: build) }
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
    interfaces = try SysrootInterfaces(
      of: Set(list.packages.flatMap(\.against)), in: stage, records, keeps: keepsRecords
    ) { place in
      try Self.binaries(of: list, stage).first { $0.key.place == place }?.value.build
    }
    newBuilds = try buildsOfLast()
  }

  /// What each build of the last emerge was made from, without those of which a file has been changed, added or removed
  /// since that emerge began: what they were made from is not known.
  private func buildsOfLast() throws -> [PackageBuild: BuildRecord] {
    guard let begun = records.begun, let repositories = try? stage.repositories(begun.reposConf) else {
      return [:]
    }
    let then = Ingredients(configuration: begun.configuration, repositories: repositories)
    let order = MergeOrder(stage.emergeLog.dropFirst(begun.logSize), root: stage.sysroot)
    var found: [PackageBuild: BuildRecord] = [:]
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
      let against = package.against.compactMap { other in
        interfaces.digest(other, seenBy: build, begun: begun.interfaces, order).map { (other.text, $0) }
      }
      found[build] = BuildRecord(
        ingredients: begun.configuration.common + own, toolchain: begun.toolchain,
        against: Dictionary(uniqueKeysWithValues: against), own: interfaces.own(of: build, package.place))
    }
    return found
  }

  /// The builds from then on, in nanoseconds since the epoch, of which there is no record. Times of builds are whole
  /// seconds.
  private func unrecorded(since time: Int64) throws -> Set<PackageBuild> {
    let binaries = try BinaryPackage.all(in: stage.binaryPackages).map(\.build)
    let builds = try PackageBuild.installed(in: stage.root) + binaries
    return Set(builds.filter { $0.time >= time / 1_000_000_000 && records.record(of: $0) == nil })
  }

  /// Why a build of a package of the list is not what it would be now; nil if it is.
  func outOfDate(_ build: PackageBuild) -> String? {
    guard let member = list[build] else { return nil }
    let current = current(member)
    guard let record = record(of: build) else { return "nobody knows what it was made from" }
    let changes = current.ingredients.changes(since: record.ingredients)
    guard let first = changes.first else {
      return interfaces.difference(from: record.against, to: current.against)
    }
    let more = changes.count > 1 ? " (and \(Quantity.count(changes.count - 1, "change")) more)" : ""
    return Wording.text(first) + more
  }

  /// The same, if only what the package is built against is not what it was.
  func builtAgainstOthers(_ build: PackageBuild) -> String? {
    guard let member = list[build], let record = record(of: build), case let current = current(member),
      current.ingredients == record.ingredients
    else { return nil }
    return interfaces.difference(from: record.against, to: current.against)
  }

  /// Whether bash scripts of the configuration run when a package is merged.
  func runsScripts(for package: ResolvedPackage) -> Bool {
    now.scripts.contains { $0.contains(package.build, key: []) }
  }

  /// Stores the keys of what is installed in the stage's root.
  func storeKeys() throws {
    let records = try PackageBuild.installed(in: stage.root).compactMap { build in
      record(of: build).map { (build: build, record: $0) }
    }
    try BuildKeys.store(records.map { ($0.build, $0.record.key) }, in: stage.root)
    try RootToolchains.store(records.map(\.record.toolchain), in: stage.root)
  }

  func record(of build: PackageBuild) -> BuildRecord? { newBuilds[build] ?? records.record(of: build) }

  private func digest(_ other: Against) -> String? { foreseen[other] ?? interfaces.digests[other] }

  /// What a build would be made from now.
  private func current(_ member: ResolvedList.Member) -> BuildRecord {
    let against = member.package.against.compactMap { other in
      digest(other).map { (other.text, $0) }
    }
    return BuildRecord(
      ingredients: list.ingredients(of: member), toolchain: toolchain,
      against: Dictionary(uniqueKeysWithValues: against))
  }

  /// The binary package that emerge would take for each package of the list: the newest with these flags.
  func binaries() throws -> [ResolvedPackage: BinaryPackage] { try Self.binaries(of: list, stage) }

  private static func binaries(
    of list: ResolvedList, _ stage: EmergeStage
  ) throws -> [ResolvedPackage: BinaryPackage] {
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

  /// Those of some packages, and what each would be built from, where all is known that it is built against.
  func missingBinaries(of packages: [ResolvedPackage]) throws -> [(
    package: ResolvedPackage, record: BuildRecord
  )] {
    let missing = Set(try missingBinaries())
    return packages.filter(missing.contains).compactMap { package in
      guard let member = list[package.build],
        package.against.allSatisfy({ $0.measure == .never || digest($0) != nil })
      else { return nil }
      return (package, current(member))
    }
  }

  /// The same survey for an emerge that merges some packages: of those that have a binary package, what that one shows
  /// others counts, and not what is still in the sysroot.
  func foreseeing(_ merged: [ResolvedPackage]) throws -> EmergeSurvey {
    let binaries = try binaries()
    var survey = self
    survey.foreseen = [:]
    for package in merged {
      guard let binary = binaries[package], let record = record(of: binary.build),
        let member = list[package.build],
        record.ingredients == current(member).ingredients
      else { continue }
      for (measure, digest) in record.own { survey.foreseen[Against(package.place, measure)] = digest }
    }
    return survey
  }

  /// What a binary package was made from, if it is a build of the list that was not recorded before.
  func newBuild(_ binary: BinaryPackage) -> (ResolvedPackage, BuildRecord)? {
    guard
      let record = newBuilds.first(where: { $0.key.id == binary.id && $0.key.time == binary.build.time })?
        .value,
      let package = list[binary.build]?.package, package.use == binary.use
    else { return nil }
    return (package, record)
  }

  /// Records what a build was made from that comes from elsewhere.
  func adopt(_ record: BuildRecord, of build: PackageBuild) throws { try records.keep(record, of: build) }

  /// Notes that an emerge begins. Must be called before emerge runs.
  func begin() throws {
    let earlier = Set(try unrecorded(since: began).map(BuildRecords.name))
    try records.begin(
      .init(
        time: began, configuration: now.configuration, toolchain: toolchain, reposConf: stage.reposConf,
        interfaces: interfaces.present, logSize: stage.emergeLog.count, earlier: earlier))
  }
}
