import EmergeOutput
import Platform
import PortageFiles
import Stamps
import TextKit

/// The interfaces of the packages against which those of a list are built.
struct SysrootInterfaces {
  /// The digest of the interface of each package that is in the sysroot, or that a binary package would bring there, by
  /// place.
  private(set) var digests: [String: String] = [:]
  /// The version in the sysroot, by place.
  private var installed: [String: PackageVersion] = [:]
  /// Those that are not in the store.
  private var read: [String: Listing] = [:]
  private let store: InterfaceStore

  /// - Parameters:
  ///   - records: the records of builds, which have the interfaces that are known.
  ///   - keeps: whether to store those that were not known.
  ///   - binary: returns the build that would be merged for a package that is not there.
  init(
    of places: Set<String>, in stage: EmergeStage, _ records: BuildRecords, keeps: Bool,
    binary: (String) throws -> PackageBuild?
  ) throws {
    store = InterfaceStore(folder: records.interfaces)
    var sharedObjects: SharedObjects?
    let preserved = try InstalledFile.preserved(in: stage.sysroot)
    for package in try InstalledPackages(root: stage.sysroot).packages {
      let place = RootPlan.Present(package).place
      guard places.contains(place) else { continue }
      installed[place] = package.id
      let build = PackageBuild(package)
      let record = build.flatMap { records.record(of: $0) }
      if let digest = record?.interface {
        digests[place] = digest
        continue
      }
      let program = try sharedObjects ?? SharedObjects(readelf: stage.readelf)
      sharedObjects = program
      let listing = try PackageInterface.listing(
        of: package.id, in: stage.sysroot, preserved: preserved, program)
      let digest = listing.digest.hex
      digests[place] = digest
      read[place] = listing
      guard keeps else { continue }
      try store.keep(listing, of: place)
      if let build, var record {
        record.interface = digest
        try records.keep(record, of: build)
      }
    }
    for place in places where installed[place] == nil {
      digests[place] = try binary(place).flatMap { records.record(of: $0)?.interface }
    }
  }

  /// The interface that a build of a package saw, if it was made in the emerge that ran last.
  ///
  /// - Parameters:
  ///   - begun: the interfaces when that emerge began.
  ///   - order: what it merged when.
  func digest(
    _ place: String, seenBy build: PackageBuild, begun: [String: String], _ order: MergeOrder
  ) -> String? {
    guard let other = installed[place], order.isMerged("\(other)", before: build.versionedName) else {
      return begun[place]
    }
    return digests[place]
  }

  /// Why a build against some interfaces is not what a build against others would be; nil if they are the same.
  ///
  /// - Parameters:
  ///   - old: the digests of the interfaces that it was built against, by place.
  ///   - new: those of now.
  func difference(from old: [String: String], to new: [String: String]) -> String? {
    let places = Set(old.keys).union(new.keys).filter { old[$0] != new[$0] }.sorted()
    guard let place = places.first else { return nil }
    let name = place.hasSuffix(":0") ? String(place.dropLast(2)) : place
    let more = places.count > 1 ? ", and against \(Quantity.count(places.count - 1, "other")) that changed" : ""
    return switch (old[place], new[place]) {
    case (let old?, let new?): "built against \(name), \(difference(of: place, old, new))" + more
    case (nil, _):
      (old.isEmpty ? "nobody knows what it was built against" : "built before \(name) was there" + more)
    case (_, nil): "built against \(name), which it does not depend on any more" + more
    }
  }

  private func difference(of place: String, _ old: String, _ new: String) -> String {
    guard let before = store.listing(old, of: place), let after = read[place] ?? store.listing(new, of: place),
      let change = after.changes(since: before).first
    else { return "which was another build then" }
    return switch change.kind {
    case .added: "which has \(change.item) now"
    case .removed: "which has no \(change.item) any more"
    case .changed: "whose \(change.item) changed"
    }
  }
}
