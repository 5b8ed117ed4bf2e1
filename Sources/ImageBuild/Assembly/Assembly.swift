import BuildGraph
import Explanations
import Platform
import PortageFiles
import Stamps
import TextKit

/// Makes an `AssembledRoot` what a list says, from the last one where that is the same as from nothing.
struct Assembly {
  private let survey: EmergeSurvey
  private let assembled: AssembledRoot
  private let skeleton: [ResolvedPackage]
  /// The packages whose merge runs no code of theirs.
  private let plain: [ResolvedPackage]
  private let settings: AssemblySettings
  /// What the root would be recorded as.
  private var record: AssemblyRecord

  /// - Parameter skeleton: what is merged first.
  init(_ survey: EmergeSurvey, skeleton: ResolvedList, _ settings: AssemblySettings) throws {
    self.survey = survey
    self.settings = settings
    assembled = AssembledRoot(root: settings.root, folders: settings.folders)
    let binaries = try survey.binaries()
    func sources(_ packages: [ResolvedPackage]) -> [PackageVersion: AssemblyRecord.Source] {
      let found = packages.compactMap { package in
        binaries[package].map { (package.id, AssemblyRecord.Source($0)) }
      }
      return Dictionary(found) { first, _ in first }
    }
    let missing = Set(try survey.missingBinaries())
    let names = Set(skeleton.packages.map(\.id))
    self.skeleton = survey.list.packages.filter { names.contains($0.id) }
    plain = survey.list.packages.filter { package in
      guard let binary = binaries[package], !missing.contains(package), !names.contains(package.id) else {
        return false
      }
      return binary.mergesWithoutCode && !survey.runsScripts(for: package)
    }
    record = AssemblyRecord(
      skeleton: sources(self.skeleton), merging: try settings.merging(survey.list, survey.stage))
    record.packages = sources(plain)
  }

  func run() throws {
    let problem: String
    switch basis {
    case .last(let last):
      do {
        return try change(last)
      } catch let error as RootOwnership.Problem {
        problem = error.reason
      }
    case .nothing(let reason): problem = reason
    }
    try say("root file system from nothing: \(problem)")
    try makeAnew()
  }

  /// The packages that would stay as they are if some of the list are merged anew, and why there are none if it would be
  /// made from nothing.
  func forecast(merging merged: Set<ResolvedPackage>) -> (kept: Set<ResolvedPackage>, problem: String?) {
    switch basis {
    case .nothing(let reason): return ([], reason)
    case .last(let last):
      if let first = skeleton.first(where: merged.contains) {
        return ([], "\(first.versionedName), which is merged first, is another")
      }
      let wanted = wanted(since: last)
      let kept = plain.filter {
        wanted.packages[$0.id] != nil && last.packages[$0.id] == wanted.packages[$0.id]
      }
      return (Set(kept + skeleton).subtracting(merged), nil)
    }
  }

  // MARK: From the last one

  private enum Basis {
    case last(AssemblyRecord)
    case nothing(String)
  }

  private var basis: Basis {
    if settings.isForced { return .nothing("asked for") }
    guard settings.hasLast, let last = assembled.record else { return .nothing("there is none that is whole") }
    let changes = Listing(record.ground).changes(since: Listing(last.ground))
    if let first = changes.first {
      let more = changes.count > 1 ? " (and \(Quantity.count(changes.count - 1, "change")) more)" : ""
      return .nothing(Wording.text(first) + more)
    }
    return .last(last)
  }

  /// The record that the root would have, without packages if their order still matters.
  private func wanted(since last: AssemblyRecord) -> AssemblyRecord {
    var record = record
    if let order = last.order, order.packages.allSatisfy({ record.packages[$0] == $1 }) {
      record.order = order
      record.packages = [:]
    }
    return record
  }

  private func change(_ last: AssemblyRecord) throws {
    let record = wanted(since: last)
    let gone = last.packages.filter { record.packages[$0] != $1 }.keys.sorted()
    let new = plain.filter { record.packages[$0.id] != nil && last.packages[$0.id] != record.packages[$0.id] }
    let staying = last.packages.keys.filter { record.packages[$0] == last.packages[$0] }
    if gone.isEmpty && new.isEmpty { return try say("root file system as the last one") }
    try assembled.forgetRecord()
    let hasSettings = try assembled.takeOut(gone, staying: staying)
    try merge(new)
    if new.isEmpty && hasSettings || File.exists(assembled.root / "etc/ld.so.cache") { try updateSettings() }
    try assembled.complete(record)
    try say(
      "root file system from the last one: \(gone.count) taken out, \(new.count) merged, \(staying.count) kept")
  }

  // MARK: From nothing

  private func makeAnew() throws {
    do {
      return try makeAnew(record)
    } catch RootOwnership.Problem.orderMatters(let reason, let packages) {
      try makeInOrder(reason, record.packages.filter { packages.contains($0.key) })
    } catch RootOwnership.Problem.unexplained(let reason) {
      try makeInOrder(reason, [:])
    }
  }

  /// Makes the skeleton alone. All other packages are then merged in the destination root, in the order of their
  /// dependencies.
  private func makeInOrder(_ reason: String, _ packages: [PackageVersion: AssemblyRecord.Source]) throws {
    try say("packages are merged one after the other from nothing, now and next time: \(reason)")
    var record = record
    record.packages = [:]
    record.order = (reason, packages)
    try makeAnew(record)
  }

  private func makeAnew(_ record: AssemblyRecord) throws {
    try assembled.begin()
    // Their code runs.
    try merge(skeleton, ["--jobs=1"])
    try assembled.noteSkeleton()
    try merge(plain.filter { record.packages[$0.id] != nil })
    if File.exists(assembled.root / "etc/ld.so.cache") { try updateSettings() }
    try assembled.complete(record)
  }

  // MARK: Portage

  /// Merges binary packages without what they need.
  private func merge(_ packages: [ResolvedPackage], _ options: [String] = []) throws {
    if packages.isEmpty { return }
    try EmergeRun.run(survey, settings.options + options + packages.map { $0.atom(ofBinary: true) })
  }

  /// Generates files from the settings in `etc/env.d`, as emerge does after it has merged a package.
  private func updateSettings() throws {
    let status = try ForegroundProgram.run(try survey.stage.find("env-update"), []) {
      bytes throws(SystemError) in
      try StandardStream.output.write(bytes)
    }
    guard status.isSuccess else { throw UserError.programFailed("env-update", status) }
  }

  private func say(_ text: String) throws(SystemError) {
    try StandardStream.output.write("sysbuild: \(text)\n")
  }
}
