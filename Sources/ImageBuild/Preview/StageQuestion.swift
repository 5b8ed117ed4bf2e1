import EmergeOutput
import Platform
import PortageFiles
import Stamps
import TextKit

/// Asks emerge what each step of one stage would do.
struct StageQuestion {
  private let emerge: PretendingEmerge
  private let times: BuildTimes
  private let standIns: StandInRoots
  private let commands: StageCommands
  private var preview: StagePreview
  /// The packages that a root made from nothing would have.
  private var content: [(merge: PretendedMerge, command: StageCommands.Command)] = []
  /// The last question about each root that exists.
  private var asked: [String: (arguments: [String], environment: [String: String])] = [:]

  init(
    _ commands: StageCommands, _ preview: StagePreview, emerge: PretendingEmerge, standIns: StandInRoots,
    times: BuildTimes
  ) {
    self.commands = commands
    self.emerge = emerge
    self.standIns = standIns
    self.times = times
    self.preview = preview
  }

  /// - Parameter foreseen: the changes of earlier stages, which are left out of the answer.
  func answer(foreseen: Set<StagePreview.Change>) throws -> StagePreview {
    var copy = self
    do {
      for command in commands.all where copy.preview.problem == nil { try copy.add(command) }
      let rebuilt = foreseen.filter { $0.kind == .rebuild && $0.source == .ebuild }
      if copy.preview.problem == nil { try copy.compare(Set(rebuilt.map { "\($0.package)-\($0.version)" })) }
    } catch let error as UserError {
      copy.preview.problem = "\(error)"
    }
    copy.preview.changes = copy.preview.changes.filter { !foreseen.contains($0) }
    return copy.preview
  }

  private mutating func add(_ command: StageCommands.Command) throws {
    switch command.work {
    case .merge(let arguments) where commands.isMadeAnew(command.root): try makeAnew(arguments, command)
    case .merge(let arguments): try merge(arguments, command)
    case .rebuild(let arguments): try rebuild(arguments, command)
    case .depclean: try remove(command)
    }
  }

  // MARK: In a root that is kept

  private mutating func merge(_ arguments: [String], _ command: StageCommands.Command) throws {
    let (environment, isStandIn) = try standIns.environment(command.environment)
    var words = Emerge.excluding(try unfitBinaries(command)) + arguments
    // The entries in the database of a stand-in have no dependencies and no sub-slots, so these cannot be compared.
    if isStandIn { words.removeAll { $0.hasPrefix("--changed-") } }
    let answer = try emerge.ask(words, environment)
    if !isStandIn { asked[command.root] = (words, environment) }
    note(answer)
    let buildsOnly = arguments.contains("--buildpkgonly")
    for merge in answer.merges where !(buildsOnly && merge.isBinary) {
      var change = change(merge, in: command, asked: environment["ROOT"])
      if buildsOnly {
        change.kind = .build
      } else if isStandIn, let root = merge.root, root == environment["ROOT"] {
        try standIns.install(merge, in: Path(root))
      }
      preview.changes.append(change)
    }
  }

  private mutating func rebuild(_ arguments: [String], _ command: StageCommands.Command) throws {
    let survey = try survey(command)
    let touched = Set(preview.changes.map(\.package))
    let stale = try survey.outOfDate(try PackageBuild.installed(in: survey.stage.root)).filter {
      !touched.contains($0.build.package)
    }
    if stale.isEmpty { return }
    let reasons = Dictionary(stale.map { ($0.build.package, $0.reason) }) { first, _ in first }
    let answer = try emerge.ask(
      Emerge.excluding(try unfitBinaries(command)) + arguments + stale.map { "=\($0.build.versionedName)" },
      command.environment)
    note(answer)
    for merge in answer.merges {
      var change = change(merge, in: command, asked: command.root)
      change.reason = reasons[change.package]
      preview.changes.append(change)
    }
  }

  /// Finds what `--depclean` would remove: what is installed but would not be merged if everything that the sets need
  /// were merged again. `--depclean --pretend` answers only if all dependencies are installed.
  private mutating func remove(_ command: StageCommands.Command) throws {
    guard let (arguments, environment) = asked[command.root] else { return }
    var answer = try emerge.ask(arguments + ["--emptytree"], environment)
    if answer.problem != nil {
      // emerge refuses if packages that need each other must all be built. The dependencies do not depend on whether a
      // binary package may be used, so every binary package is allowed.
      let lenient = arguments.filter { !$0.hasPrefix("--binpkg-") && !$0.hasPrefix("--usepkg-exclude") }
      answer = try emerge.ask(lenient + ["--emptytree"], environment)
    }
    if let problem = answer.problem {
      preview.problem = "what would be removed cannot be told: \(problem)"
      return
    }
    let wanted = Set(answer.merges.filter { $0.root == command.root }.map { "\($0.package):\($0.slot)" })
    let merged = Set(preview.changes.map { "\($0.package)-\($0.version)" })
    for build in try PackageBuild.installed(in: Path(command.root))
    where !wanted.contains("\(build.package):\(build.slot)") && !merged.contains(build.versionedName) {
      preview.changes.append(
        StagePreview.Change(
          kind: .remove, root: name(of: command), package: build.package, version: build.version))
    }
  }

  // MARK: In a root that is made anew

  private mutating func makeAnew(_ arguments: [String], _ command: StageCommands.Command) throws {
    var environment = command.environment
    // Portage adds a dependency on the C library to binary packages. If no C library is installed, it takes that for a
    // change of their dependencies. In the real root an earlier step may have installed one.
    var arguments = arguments.filter { !$0.hasPrefix("--binpkg-changed-deps") }
    if !preview.after.isEmpty {
      // Earlier targets have yet to make the binary packages, so what would be built now will have one by then.
      arguments = arguments.map { $0 == "--usepkgonly" ? "--usepkg" : $0 }
      environment["SYSROOT"] = commands.all.lazy.compactMap { $0.environment["SYSROOT"] }.first
    }
    environment = try standIns.environment(environment).values
    let root = "\(try standIns.empty())"
    environment["ROOT"] = root
    let answer = try emerge.ask(Emerge.excluding(try unfitBinaries(command)) + arguments, environment)
    note(answer)
    for merge in answer.merges
    where merge.root == root && !content.contains(where: { $0.merge.isSame(as: merge) }) {
      content.append((merge, command))
    }
  }

  /// Compares a root that is made from nothing with the root that it replaces.
  ///
  /// - Parameter rebuilt: the versions of which an earlier stage makes another binary package.
  private mutating func compare(_ rebuilt: Set<String>) throws {
    guard let command = content.first?.command else { return }
    let binaries = try PackageBuild.binary(in: Path(command.environment["PKGDIR"] ?? ""))
    let built = Dictionary(binaries.map { ($0.versionedName, "\($0.time)") }) { $1 }
    var present = try InstalledPackages(root: Path(commands.present(command.root))).packages
    for (merge, command) in content {
      var change = change(merge, in: command, asked: merge.root)
      change.source = .binary
      change.seconds = times.seconds(of: merge.package, isBinary: true)
      let place =
        present.firstIndex(where: merge.takesThePlace) ?? present.firstIndex(where: merge.isThisVersion)
      if let old = place.map({ present.remove(at: $0) }) {
        let isSameVersion = old.version == merge.version
        if isSameVersion, merge.isBinary, built[old.versionedName] == old.buildTime,
          !rebuilt.contains(old.versionedName)
        {
          preview.unchanged.append(change.seconds)
          continue
        }
        change.kind = isSameVersion ? .rebuild : .update
        change.oldVersion = isSameVersion ? nil : old.version
        change.flags = merge.flags.filter { $0.isOn != old.use.contains($0.name) }.map(\.text)
      }
      preview.changes.append(change)
    }
    preview.changes += present.map { package in
      StagePreview.Change(
        kind: .remove, root: name(of: command), package: package.package, version: package.version)
    }
  }

  // MARK: Shared

  private mutating func note(_ answer: PretendingEmerge.Answer) {
    preview.problem = answer.problem
    preview.messages += answer.messages.filter { !preview.messages.contains($0) }
  }

  /// - Parameter root: the root that emerge was asked about, which may be a stand-in for the command's root.
  private func change(
    _ merge: PretendedMerge, in command: StageCommands.Command, asked root: String?
  ) -> StagePreview.Change {
    // For a package in a new slot emerge shows the versions in other slots, which are not replaced.
    let replaced = merge.isThere ? merge.replaced : nil
    let old = replaced.flatMap { $0.version == merge.version ? nil : $0.version }
    let kind: StagePreview.Change.Kind = old == nil ? (merge.isThere ? .rebuild : .new) : .update
    return StagePreview.Change(
      kind: merge.isDowngrade ? .downgrade : kind, root: merge.root == root ? name(of: command) : "host",
      package: merge.package, version: merge.version, oldVersion: old,
      flags: merge.isThere ? merge.flags.filter(\.isChanged).map(\.text) : [],
      source: merge.isBinary ? .binary : .ebuild,
      reason: replaced.flatMap { Self.reason($0, merge) },
      download: merge.download,
      seconds: times.seconds(of: merge.package, isBinary: merge.isBinary))
  }

  private static func reason(
    _ old: (version: String, slot: String, repository: String), _ merge: PretendedMerge
  ) -> String? {
    if old.slot != merge.slot { return "slot \(old.slot) → \(merge.slot)" }
    return [merge.repository, ""].contains(old.repository) ? nil : "\(old.repository) → \(merge.repository)"
  }

  /// The name of a command's root for users: `sysroot` or `rootfs`.
  private func name(of command: StageCommands.Command) -> String {
    "\(Path(commands.present(command.root)).lastComponent)"
  }

  private func unfitBinaries(_ command: StageCommands.Command) throws -> [(build: PackageBuild, reason: String)]
  {
    try survey(command).unfitBinaries { arguments in
      try emerge.ask(arguments, try standIns.environment(command.environment).values).merges
    }
  }

  private func survey(_ command: StageCommands.Command) throws -> EmergeSurvey {
    let stage = try EmergeStage(source: emerge.source) { command.environment[$0] }
    return try EmergeSurvey(
      records: commands.records, of: stage,
      assuming: commands.hasNewToolchain ? "one that is yet to be made" : nil)
  }
}

extension PretendedMerge {
  fileprivate func isSame(as other: PretendedMerge) -> Bool {
    other.package == package && other.version == version
  }

  /// Whether it replaces an installed package because both are in one slot.
  fileprivate func takesThePlace(of old: InstalledPackage) -> Bool {
    old.package == package && old.slot.prefix { $0 != "/" } == slot
  }

  fileprivate func isThisVersion(_ old: InstalledPackage) -> Bool {
    old.package == package && old.version == version
  }
}
