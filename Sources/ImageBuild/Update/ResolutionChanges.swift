import Explanations
import PortageFiles
import Stamps
import TextKit

/// What distinguishes two resolutions of an image, package by package. The packages of the sysroot count, and those of
/// the root file system; what libcap is built with at first does not.
struct ResolutionChanges {
  enum Kind: String, CaseIterable {
    case new
    case update
    case downgrade
    /// The same version, made from something else.
    case rebuild
    /// The same if the interface of a package that it is built against changes.
    case mayRebuild = "may rebuild"
    case gone
  }

  struct Change {
    let kind: Kind
    let old: ResolvedPackage?
    let new: ResolvedPackage?
    /// Why the same version is built again.
    var reasons: [String] = []
    /// Whether the root file system has, or had, the package.
    let isInImage: Bool

    var name: String { (new ?? old)?.package ?? "" }
  }

  /// Ordered by kind, then by name.
  let changes: [Change]
  /// How many packages stay as they are.
  let same: Int
  /// All packages of both.
  let before: [ResolvedPackage]
  let after: [ResolvedPackage]

  init(from old: Resolution, to new: Resolution) {
    let (old, new) = (Packages(old), Packages(new))
    let pairs = PackageDifferences(from: old.entries, to: new.entries).pairs
    let changes = pairs.compactMap { pair -> Change? in
      switch pair {
      case .added(let entry):
        Change(kind: .new, old: nil, new: new[entry]?.package, isInImage: new.isInImage(entry))
      case .removed(let entry):
        Change(kind: .gone, old: old[entry]?.package, new: nil, isInImage: old.isInImage(entry))
      case .kept(let first, let second):
        Self.change(
          from: old[first], to: new[second], isInImage: old.isInImage(first) || new.isInImage(second))
      }
    }
    let all = changes + Self.followers(of: changes, among: new)
    self.changes = Kind.allCases.flatMap { kind in all.filter { $0.kind == kind } }
    same = pairs.count - all.count
    before = old.entries.compactMap { old[$0]?.package }
    after = new.entries.compactMap { new[$0]?.package }
  }

  /// The packages that are built again if what they are built against has another interface then.
  private static func followers(of changes: [Change], among packages: Packages) -> [Change] {
    var changing = Set(changes.compactMap { $0.new?.place })
    var rest = packages.entries.filter { entry in
      packages[entry].map { !changing.contains($0.package.place) } ?? false
    }
    var found: [Change] = []
    while let index = rest.firstIndex(where: { packages[$0]?.follows(changing) ?? false }) {
      let entry = rest.remove(at: index)
      guard let package = packages[entry]?.package else { continue }
      changing.insert(package.place)
      found.append(
        Change(kind: .mayRebuild, old: package, new: package, isInImage: packages.isInImage(entry)))
    }
    return found.sorted { $0.name < $1.name }
  }

  /// Nil if both are made from the same.
  private static func change(from old: Packages.Member?, to new: Packages.Member?, isInImage: Bool) -> Change? {
    guard let old, let new else { return nil }
    let (before, after) = (old.package, new.package)
    if before.version != after.version {
      let isOlder = VersionOrder.compare(after.version, before.version) == .older
      return Change(kind: isOlder ? .downgrade : .update, old: before, new: after, isInImage: isInImage)
    }
    let flags =
      after.use.filter { !before.use.contains($0) }.map { "+\($0)" }
      + before.use.filter { !after.use.contains($0) }.map { "-\($0)" }
    let reasons =
      (flags.isEmpty ? [] : ["USE \(flags.joined(separator: " "))"])
      + (before.fullSlot == after.fullSlot ? [] : ["slot \(before.fullSlot) → \(after.fullSlot)"])
      + new.ingredients.changes(since: old.ingredients).map { Wording.text($0) }
    return reasons.isEmpty
      ? nil : Change(kind: .rebuild, old: before, new: after, reasons: reasons, isInImage: isInImage)
  }
}

/// The packages of a resolution, each once.
private struct Packages {
  struct Member {
    let package: ResolvedPackage
    let ingredients: Listing

    /// Whether it is built against one of the packages at these places.
    func follows(_ places: Set<String>) -> Bool {
      package.against.contains { $0.measure != .never && places.contains($0.place) }
    }
  }

  private var members: [String: Member] = [:]
  private let image: Set<String>

  init(_ resolution: Resolution) {
    image = Set((resolution.lists[.rootfs]?.packages ?? []).map(\.place))
    for name in [ResolvedList.Name.world, .installonly, .skeleton, .rootfs, .initramfs] {
      guard let list = resolution.lists[name] else { continue }
      for member in list.members where members[member.package.place] == nil {
        members[member.package.place] = Member(
          package: member.package, ingredients: Listing(list.ingredients(of: member)))
      }
    }
  }

  var entries: [PackageEntry] {
    members.values.map(\.package).map { package in
      PackageEntry(
        id: package.id, slot: package.fullSlot, use: package.use, size: 0, license: "",
        repository: package.repository)
    }.sorted()
  }

  subscript(entry: PackageEntry) -> Member? { members[place(of: entry)] }

  func isInImage(_ entry: PackageEntry) -> Bool { image.contains(place(of: entry)) }

  private func place(of entry: PackageEntry) -> String { "\(entry.package):\(entry.mainSlot)" }
}
