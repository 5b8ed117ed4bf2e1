import Platform
import Stamps

/// What a stage's packages are built from now, beside what its builds were made from.
struct EmergeSurvey {
  let stage: EmergeStage
  private let records: BuildRecords
  private let now: Ingredients
  private let began = Clock.wall

  /// Notes what the builds of the last emerge were made from, too, as long as that can be told.
  init(records folder: Path) throws {
    stage = try EmergeStage()
    records = BuildRecords(folder)
    now = try stage.ingredients(toolchainIndex: folder / "index")
    try recordLast()
  }

  /// Of a build that belongs to the last emerge it is known what it was made from, but for files that have been
  /// changed since.
  private func recordLast() throws {
    guard let begun = records.begun else { return }
    let then = Ingredients(
      configuration: begun.configuration, toolchain: begun.toolchain, repositories: now.repositories)
    let builds = try PackageBuild.installed(in: stage.root) + PackageBuild.binary(in: stage.binaryPackages)
    for build in Set(builds) where build.time >= begun.time / 1_000_000_000 && records.listing(of: build) == nil
    {
      if try then.isChanged(since: begun.time, for: build) { continue }
      if let listing = try then.listing(of: build) { try records.keep(listing, of: build) }
    }
  }

  /// Those that would be made from something else now, and what has changed first.
  func outOfDate(_ builds: [PackageBuild]) throws -> [(build: PackageBuild, reason: String)] {
    try builds.compactMap { build in
      guard let current = try now.listing(of: build) else { return nil }
      guard let changes = records.listing(of: build).map({ current.changes(since: $0) }) else {
        return (build, "nobody knows what it was made from")
      }
      guard let first = changes.first else { return nil }
      let more = changes.count > 1 ? " (and \(Wording.count(changes.count - 1, "change")) more)" : ""
      return (build, Wording.text(first) + more)
    }
  }

  /// To be called before emerge runs.
  func begin() throws(SystemError) {
    try records.begin(.init(time: began, configuration: now.configuration, toolchain: now.toolchain))
  }
}
