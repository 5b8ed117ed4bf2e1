import EmergeOutput
import Platform
import PortageFiles
import Stamps
import TextKit

/// What counts of the packages against which those of a list are built.
struct SysrootInterfaces {
  /// The digest of what counts of each package that is in the sysroot, or that a binary package would bring there.
  private(set) var digests: [Against: String] = [:]
  /// The version in the sysroot, by place.
  private let installed: [String: PackageVersion]
  private let builds: [String: PackageBuild]
  /// Those that are not in the store.
  private var read: [Against: Listing] = [:]
  private let store: InterfaceStore

  /// - Parameters:
  ///   - records: the records of builds, which have the digests that are known.
  ///   - keeps: whether to store those that were not known.
  ///   - binary: returns the build that would be merged for the package of a place that is not there.
  init(
    of wanted: Set<Against>, in stage: EmergeStage, _ records: BuildRecords, keeps: Bool,
    binary: (String) throws -> PackageBuild?
  ) throws {
    store = InterfaceStore(folder: records.interfaces)
    let packages = try InstalledPackages(root: stage.sysroot).packages
    let present = Dictionary(packages.map { (RootPlan.Present($0).place, $0) }) { first, _ in first }
    installed = present.mapValues(\.id)
    builds = present.compactMapValues { PackageBuild($0) }
    let preserved = try InstalledFile.preserved(in: stage.sysroot)
    var program: SharedObjects?
    for other in wanted where other.measure != .never {
      guard let package = present[other.place] else {
        digests[other] = try binary(other.place).flatMap { records.record(of: $0)?.own[other.measure] }
        continue
      }
      let build = PackageBuild(package)
      let record = build.flatMap { records.record(of: $0) }
      if let digest = record?.own[other.measure] {
        digests[other] = digest
        continue
      }
      let sharedObjects = try program ?? SharedObjects(readelf: stage.readelf)
      program = sharedObjects
      let listing = try PackageInterface.listing(
        of: package.id, in: stage.sysroot, preserved: preserved, sharedObjects,
        isWhole: other.measure == .content)
      digests[other] = listing.digest.hex
      read[other] = listing
      guard keeps else { continue }
      try store.keep(listing, of: other.place)
      if let build, var record {
        record.own[other.measure] = listing.digest.hex
        try records.keep(record, of: build)
      }
    }
  }

  /// The digests of those that are in the sysroot, by the text of `Against`.
  var present: [String: String] {
    let present = digests.filter { installed[$0.key.place] != nil }
    return Dictionary(uniqueKeysWithValues: present.map { ($0.key.text, $0.value) })
  }

  /// What counts of a build for others; empty unless it is the one that is in the sysroot.
  func own(of build: PackageBuild, _ place: String) -> [Against.Measure: String] {
    guard let present = builds[place], present.id == build.id, present.time == build.time else { return [:] }
    let own = digests.filter { $0.key.place == place }
    return Dictionary(uniqueKeysWithValues: own.map { ($0.key.measure, $0.value) })
  }

  /// What a build of a package saw of another, if it was made in the emerge that ran last.
  ///
  /// - Parameters:
  ///   - begun: the digests when that emerge began, by the text of `Against`.
  ///   - order: what it merged when.
  func digest(
    _ other: Against, seenBy build: PackageBuild, begun: [String: String], _ order: MergeOrder
  ) -> String? {
    guard let version = installed[other.place], order.isMerged("\(version)", before: build.versionedName) else {
      return begun[other.text]
    }
    return digests[other]
  }

  /// Why a build against some packages is not what a build against others would be; nil if they are the same.
  ///
  /// - Parameters:
  ///   - old: the digests of what counted when it was built, by the text of `Against`.
  ///   - new: those of now.
  func difference(from old: [String: String], to new: [String: String]) -> String? {
    let texts = Set(old.keys).union(new.keys).filter { old[$0] != new[$0] }.sorted()
    guard let text = texts.first, case let other = Against(text: text) else { return nil }
    if old.isEmpty { return "nobody knows what it was built against" }
    let name = other.place.hasSuffix(":0") ? String(other.place.dropLast(2)) : other.place
    let count = Set(texts.map { Against(text: $0).place }).count
    let more = count > 1 ? ", and against \(Quantity.count(count - 1, "other")) that changed" : ""
    if texts.contains(where: { $0 != text && Against(text: $0).place == other.place }) {
      return "built against \(name), of which something else counts now" + more
    }
    return switch (old[text], new[text]) {
    case (let before?, let after?): "built against \(name), \(difference(of: other, before, after))" + more
    case (nil, _): "built before \(name) was there" + more
    case (_, nil): "built against \(name), which it does not depend on any more" + more
    }
  }

  private func difference(of other: Against, _ old: String, _ new: String) -> String {
    guard let before = store.listing(old, of: other.place),
      let after = read[other] ?? store.listing(new, of: other.place),
      let change = after.changes(since: before).first
    else { return "which was another build then" }
    return switch change.kind {
    case .added: "which has \(change.item) now"
    case .removed: "which has no \(change.item) any more"
    case .changed: "whose \(change.item) changed"
    }
  }
}
