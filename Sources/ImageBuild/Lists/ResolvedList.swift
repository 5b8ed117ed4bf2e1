import Platform
import PortageFiles
import Stamps
import TextKit

/// The packages that a root is to consist of, each with everything that a build of it is made from, but for the
/// toolchain.
///
/// It is stored as a listing, which is an output of the resolution and an input of a stage (`ListKind`). `*/* KEY` is an
/// ingredient of every build, `merge KEY` a setting that only affects how packages are merged. The other entries of a package begin with its place, `category/name:slot`:
///
///     PLACE                 1.5.3-r1, found in the repository
///     PLACE USE FLAG
///     PLACE bound to PLACE  3
///     PLACE source NAME     SIZE, then its digests
///     PLACE sub-slot        2.70
///     PLACE built against   PLACE PLACE…
///     PLACE KEY             an ingredient of its own, such as `pam-1.5.3-r1.ebuild` or `CFLAGS`
///
/// The repository is where a package is found and no part of what it is, so a package that moves to another repository
/// as it is makes no other list.
struct ResolvedList {
  /// What a list is for.
  enum Name: String, CaseIterable {
    case libcap
    case base
    case world
    /// The packages of rootfs that are built in the sysroot, but not installed there.
    case installonly
    /// The packages of rootfs that come first.
    case skeleton
    case rootfs
    case initramfs
  }

  struct Member {
    let package: ResolvedPackage
    /// The ingredients that not every package of the list has.
    let ingredients: [Listing.Entry]
  }

  /// Ordered by place.
  let members: [Member]
  /// The ingredients of every build.
  let common: [Listing.Entry]
  /// The settings on which no build depends, but what is merged of it.
  let merging: [Listing.Entry]
  private let byVersion: [String: Int]

  var packages: [ResolvedPackage] { members.map(\.package) }

  /// - Parameter members: at most one for each place.
  init(_ members: [Member], common: [Listing.Entry], merging: [Listing.Entry] = []) {
    self.members = members.sorted { $0.package.place < $1.package.place }
    self.common = common
    self.merging = merging
    byVersion = Dictionary(
      self.members.enumerated().map { ($1.package.versionedName, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The member of this version.
  subscript(build: PackageBuild) -> Member? { byVersion[build.versionedName].map { members[$0] } }

  /// What a build of a member is made from, but for the toolchain.
  func ingredients(of member: Member) -> [Listing.Entry] { common + member.ingredients }
}

// MARK: The stored form

extension ResolvedList {
  private static let every = "*/*"
  private static let merge = "merge"
  private static let flag = "USE "
  private static let binding = "bound to "
  private static let source = "source "
  private static let subslot = "sub-slot"
  private static let against = "built against"

  var listing: Listing {
    func entries(_ place: String, _ ingredients: [Listing.Entry]) -> [Listing.Entry] {
      ingredients.map {
        Listing.Entry(key: Array("\(place) ".utf8) + $0.key, value: $0.value, place: $0.place)
      }
    }
    return Listing(
      entries(Self.every, common) + entries(Self.merge, merging)
        + members.flatMap { member in
          [Listing.Entry(member.package.place, member.package.version, place: member.package.repository)]
            + entries(member.package.place, Self.facts(of: member.package) + member.ingredients)
        })
  }

  /// What Portage says of a package that is no ingredient, or not by itself.
  private static func facts(of package: ResolvedPackage) -> [Listing.Entry] {
    (package.slot == package.subslot ? [] : [Listing.Entry(subslot, package.subslot)])
      + (package.against.isEmpty
        ? [] : [Listing.Entry(against, package.against.map(\.text).joined(separator: " "))])
      + package.use.map { Listing.Entry(flag + $0) }
  }

  /// What Portage says of a package that a build of it is made from.
  static func ingredients(_ package: ResolvedPackage) -> [Listing.Entry] {
    package.bound.map { text in
      let end = text.lastIndex(of: "/") ?? text.endIndex
      return Listing.Entry(binding + text[..<end], String(text[end...].dropFirst()))
    }
      + package.sources.map { source in
        Listing.Entry(
          Self.source + source.name, (["\(source.size)"] + source.digests).joined(separator: " "))
      }
  }

  /// Nil if `listing` is not the listing of a list.
  init?(_ listing: Listing) {
    var common: [Listing.Entry] = []
    var merging: [Listing.Entry] = []
    var groups: [(place: String, head: Listing.Entry, rest: [(key: String, entry: Listing.Entry)])] = []
    for entry in listing.entries {
      let key = String(decoding: entry.key, as: UTF8.self)
      let words = key.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
      let place = String(words[0])
      guard words.count == 2 else {
        groups.append((place, entry, []))
        continue
      }
      let rest = Listing.Entry(
        key: entry.key.dropFirst(words[0].utf8.count + 1), value: entry.value, place: entry.place)
      if place == Self.every {
        common.append(rest)
      } else if place == Self.merge {
        merging.append(rest)
      } else if groups.last?.place == place {
        groups[groups.count - 1].rest.append((String(words[1]), rest))
      } else {
        return nil
      }
    }
    let members = groups.compactMap { Self.member($0.place, $0.head, $0.rest) }
    guard members.count == groups.count else { return nil }
    self.init(members, common: common, merging: merging)
  }

  private static func member(
    _ place: String, _ head: Listing.Entry, _ rest: [(key: String, entry: Listing.Entry)]
  ) -> Member? {
    func text(_ entry: Listing.Entry) -> String { String(decoding: entry.value, as: UTF8.self) }
    guard let colon = place.lastIndex(of: ":"), let repository = head.place,
      let id = PackageVersion("\(place[..<colon])-\(text(head))")
    else { return nil }
    func names(_ prefix: String) -> [(name: String, value: String)] {
      rest.filter { $0.key.hasPrefix(prefix) }.map { (String($0.key.dropFirst(prefix.count)), text($0.entry)) }
    }
    func value(_ key: String) -> String? { rest.first { $0.key == key }.map { text($0.entry) } }
    let slot = String(place[colon...].dropFirst())
    let package = ResolvedPackage(
      id: id, slot: slot, subslot: value(subslot) ?? slot, repository: repository,
      use: names(flag).map(\.name),
      eclasses: names("eclass/").compactMap {
        $0.name.hasSuffix(".eclass") ? String($0.name.dropLast(7)) : nil
      },
      bound: names(binding).map { "\($0.name)/\($0.value)" },
      against: value(against)?.split(separator: " ").map { Against(text: $0) } ?? [],
      sources: names(source).map { name, value in
        let words = value.split(separator: " ").map(String.init)
        let digests = stride(from: 1, to: words.count - 1, by: 2).map { "\(words[$0]) \(words[$0 + 1])" }
        return ResolvedPackage.Source(name: name, size: words.first.flatMap { Int($0) } ?? 0, digests: digests)
      })
    return Member(
      package: package,
      ingredients: rest.filter { $0.key != subslot && $0.key != against && !$0.key.hasPrefix(flag) }.map(
        \.entry))
  }
}

extension ResolvedList {
  /// Reads the file of a list.
  ///
  /// - Throws: `UserError` if it is missing or is no list.
  init(file: Path) throws {
    guard let list = Listing(stored: try File.read(file)).flatMap({ ResolvedList($0) }) else {
      throw UserError.noList(file)
    }
    self = list
  }
}
