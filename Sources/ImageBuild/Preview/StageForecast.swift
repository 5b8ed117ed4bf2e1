import EmergeOutput
import Platform
import PortageFiles
import TextKit

/// Says what the steps of one stage would do with packages: the difference between the lists of the resolution and what
/// is installed, or will be by then.
struct StageForecast {
  private let commands: StageCommands
  private let resolution: Resolution
  private let roots: ForeseenRoots
  private let times: PackageTimes
  private let source: Path
  private var preview: StagePreview

  /// - Parameters:
  ///   - preview: that of the stage, as far as it is known without the lists.
  ///   - source: the source tree.
  init(
    _ commands: StageCommands, _ preview: StagePreview, _ resolution: Resolution, _ roots: ForeseenRoots,
    _ times: PackageTimes, source: Path
  ) {
    self.commands = commands
    self.preview = preview
    self.resolution = resolution
    self.roots = roots
    self.times = times
    self.source = source
  }

  /// The preview, with the changes of packages.
  func completed() throws -> StagePreview {
    var copy = self
    for command in commands.all { try copy.add(command) }
    return copy.preview
  }

  private mutating func add(_ command: StageCommands.Command) throws {
    guard let list = resolution.lists[command.work.list] else { return }
    let stage = try EmergeStage(source: source) { command.environment[$0] }
    let survey = try EmergeSurvey(
      records: commands.records, of: stage, list: list,
      assuming: commands.hasNewToolchain ? "one that is yet to be made" : nil)
    switch command.work {
    case .bootstrap(let atom): try bootstrap(atom, list, command)
    case .install where commands.isMadeAnew(command.root): try makeAnew(survey, command)
    case .install: try install(survey, command)
    case .build: try build(survey, command)
    case .remove: try remove(list, command)
    }
  }

  // MARK: In a root that is kept

  private mutating func bootstrap(_ atom: String, _ list: ResolvedList, _ command: StageCommands.Command) throws
  {
    let package = try Atom(parsing: atom).package
    if try roots.packages(in: command.root).contains(where: { $0.package == package }) { return }
    for package in list.packages
    where try !roots.packages(in: command.root).contains(where: { $0.place == package.place }) {
      preview.changes.append(
        change(RootPlan.Merge(package: package, replaced: nil, reason: nil), isBinary: false, command))
      try roots.merge(package, in: command.root, isBuilt: false)
    }
  }

  private mutating func install(_ survey: EmergeSurvey, _ command: StageCommands.Command) throws {
    let plan = RootPlan(survey.list, present: try roots.packages(in: command.root), outOfDate: survey.outOfDate)
    let missing = Set(try survey.missingBinaries())
    for merge in plan.merges {
      let isBinary = !missing.contains(merge.package) || roots.built.contains(merge.package.versionedName)
      preview.changes.append(change(merge, isBinary: isBinary, command))
      try roots.merge(merge.package, in: command.root, isBuilt: !isBinary)
    }
    // A root that is made from binary packages is made anew, so this is the sysroot.
    addFollowers(of: plan.merges.map(\.package), in: survey.list, command) { [roots] package in
      roots.isMerged(package, in: command.root)
    }
  }

  /// The packages of a list that may have to be built again since others are merged in the sysroot.
  private mutating func addFollowers(
    of merged: [ResolvedPackage], in list: ResolvedList, _ command: StageCommands.Command,
    isSure: (ResolvedPackage) -> Bool
  ) {
    for (package, places) in roots.followers(of: merged, in: list, isSure: isSure) {
      let names = places.map { $0.hasSuffix(":0") ? String($0.dropLast(2)) : $0 }
      let others = names.count > 1 ? " or of \(Quantity.count(names.count - 1, "other"))" : ""
      preview.changes.append(
        mayRebuild(package, isBinary: false, command, "if the interface of \(names[0])\(others) changes"))
    }
  }

  private func mayRebuild(
    _ package: ResolvedPackage, isBinary: Bool, _ command: StageCommands.Command, _ reason: String
  ) -> StagePreview.Change {
    let merge = RootPlan.Merge(package: package, replaced: nil, reason: reason)
    var change = change(merge, isBinary: isBinary, command)
    change.kind = .mayRebuild
    return change
  }

  private mutating func build(_ survey: EmergeSurvey, _ command: StageCommands.Command) throws {
    let missing = try survey.missingBinaries()
    for package in missing where !roots.built.contains(package.versionedName) {
      let merge = RootPlan.Merge(package: package, replaced: nil, reason: nil)
      var change = change(merge, isBinary: false, command)
      change.kind = .build
      preview.changes.append(change)
      roots.build(package)
    }
    addFollowers(of: [], in: survey.list, command) { missing.contains($0) }
  }

  private mutating func remove(_ list: ResolvedList, _ command: StageCommands.Command) throws {
    let plan = RootPlan(list, present: try roots.packages(in: command.root)) { _ in nil }
    for package in plan.removed {
      preview.changes.append(removal(package, command))
      try roots.remove(package, from: command.root)
    }
  }

  // MARK: In a root that is made anew

  /// Compares it with the root that it replaces. Each of its lists has what the one before it has, so the last counts.
  private mutating func makeAnew(_ survey: EmergeSurvey, _ command: StageCommands.Command) throws {
    let present = try roots.packages(in: commands.present(command.root))
    let built = Dictionary(try survey.binaries().map { ($1.versionedName, $1.build.time) }) { $1 }
    let plan = RootPlan(survey.list, present: present) { build in
      if roots.built.contains(build.versionedName) { return "" }
      return built[build.versionedName] == build.time ? nil : ""
    }
    let root = name(of: command)
    preview.changes.removeAll { $0.root == root && $0.kind != .build }
    preview.changes += plan.merges.map { change($0, isBinary: true, command) }
    preview.changes += plan.removed.map { removal($0, command) }
    let followers = survey.list.packages.filter { package in
      roots.maybeBuilt.contains(package.versionedName) && !plan.merges.contains { $0.package == package }
    }
    preview.changes += followers.map {
      mayRebuild($0, isBinary: true, command, "if it is built anew in the sysroot")
    }
    let merged = Set(plan.merges.map(\.package) + followers)
    let kept = try kept(of: survey, merging: merged)
    let same = survey.list.packages.filter { !merged.contains($0) && !kept.contains($0) }
    preview.kept = kept.count
    preview.again = same.map { times.seconds(of: $0.package, isBinary: true) }
  }

  /// The packages that stay as they are, if the root begins as the last one.
  private mutating func kept(
    of survey: EmergeSurvey, merging merged: Set<ResolvedPackage>
  ) throws -> Set<ResolvedPackage> {
    guard let settings = commands.assembly, let skeleton = resolution.lists[.skeleton] else { return [] }
    let forecast = try Assembly(survey, skeleton: skeleton, settings).forecast(merging: merged)
    preview.fromNothing = forecast.problem
    preview.isInOrder = forecast.problem == nil
    return forecast.kept
  }

  // MARK: Shared

  private func change(
    _ merge: RootPlan.Merge, isBinary: Bool, _ command: StageCommands.Command
  ) -> StagePreview.Change {
    let old = merge.replaced?.version
    let isOther = old.map { $0 != merge.package.version } ?? false
    let order = old.flatMap { VersionOrder.compare(merge.package.version, $0) }
    let kind: StagePreview.Change.Kind =
      isOther ? (order == .older ? .downgrade : .update) : (old == nil ? .new : .rebuild)
    return StagePreview.Change(
      kind: kind, root: name(of: command), package: merge.package.package, version: merge.package.version,
      oldVersion: isOther ? old : nil, flags: merge.flags, source: isBinary ? .binary : .ebuild,
      reason: merge.reason.flatMap { $0.isEmpty ? nil : $0 },
      download: isBinary ? 0 : download(merge.package, command),
      seconds: times.seconds(of: merge.package.package, isBinary: isBinary))
  }

  private func removal(
    _ package: RootPlan.Present, _ command: StageCommands.Command
  ) -> StagePreview.Change {
    StagePreview.Change(
      kind: .remove, root: name(of: command), package: package.package, version: package.version)
  }

  /// The bytes of the sources that are not there.
  private func download(_ package: ResolvedPackage, _ command: StageCommands.Command) -> Int {
    let folder = Path(command.environment["DISTDIR"] ?? "")
    return package.sources.filter { !File.exists(folder / Path($0.name)) }.reduce(0) { $0 + $1.size }
  }

  /// The name of a command's root for users: `sysroot` or `rootfs`.
  private func name(of command: StageCommands.Command) -> String {
    "\(Path(commands.present(command.root)).lastComponent)"
  }
}
