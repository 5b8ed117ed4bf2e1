package import BuildSettings
import Platform
package import PortageFiles
import TextKit

/// What the packages of a root need of each other, as Portage sees it.
///
/// The program `dependencies` of the host backends tells it. Its request is an object:
/// - `kinds`: the kinds of dependencies that count, `RDEPEND` and others;
/// - `atoms`: the atoms of the sets.
///
/// The answer is an object: `packages` has objects with `name`, `version`, `slot` and `needs`; `listed` the numbers of the
/// packages that each atom stands for. A need is an object with `package`, a number, `kind`, `atom`, `conditions` and
/// `alternatives`, as `Need` has them.
package struct DependencyGraph {
  /// One dependency of a package, and the package that is there for it.
  struct Need {
    /// The index of the package that is needed.
    let package: Int
    /// `RDEPEND`, `PDEPEND` or `DEPEND`.
    let kind: String
    /// As Portage recorded it when the package was built: `:=` stands with the sub-slot that was there.
    let atom: String
    /// The USE conditions in which it stands, the outermost first: `pam`, or `!pam` where that flag is off.
    let conditions: [String]
    /// For each `||` that it belongs to, the outermost first, which of the alternatives it is, from 1, and how many there
    /// are with these flags.
    let alternatives: [(number: Int, count: Int)]

    var isForBuild: Bool { kind == "DEPEND" }
  }

  struct Package: VersionedPackage {
    let id: PackageVersion
    let slot: String
    let needs: [Need]
    /// The lines of the sets that list it, as `file:line`.
    var listed: [String] = []

    /// `category/name-version`, with the slot unless that is 0.
    var text: String { slot == "0" ? "\(id)" : "\(id):\(slot)" }
  }

  /// `rootfs` or `sysroot`.
  let root: String
  /// In the order of category, name and version.
  let packages: [Package]
  /// The packages that the sets list, in the order of the sets.
  let goals: [Int]

  /// Asks Portage.
  ///
  /// - Parameters:
  ///   - root: a folder of O. In the sysroot it counts, too, what packages need to be built. What they need on the machine
  ///     that builds (BDEPEND, IDEPEND) is in neither.
  ///   - sets: the entries of the sets that say what is to be there.
  ///   - environment: that of a target that runs emerge.
  /// - Throws: `UserError` if Portage is not there yet, or cannot tell.
  package init(
    of root: String, sets: [PackageSet.Member], _ settings: Settings, environment: [String: String]
  ) throws {
    let kinds = ["RDEPEND", "PDEPEND"] + (root == "sysroot" ? ["DEPEND"] : [])
    let answer = try PortageQuestion(
      program: "dependencies",
      request: [
        "kinds": .array(kinds.map { .string($0) }),
        "atoms": .array(sets.map { .string($0.atom.description) }),
      ], root: .init(root)
    ).answer(settings, environment)
    var packages = (answer["packages"]?.elements ?? []).compactMap(Package.init)
    var goals: [Int] = []
    for (member, numbers) in zip(sets, answer["listed"]?.elements ?? []) {
      for number in numbers.elements.compactMap(\.integer) {
        if !packages[number].listed.contains(member.place) { packages[number].listed.append(member.place) }
        if !goals.contains(number) { goals.append(number) }
      }
    }
    self.root = root
    self.packages = packages
    self.goals = goals
  }

  /// The packages that a word means.
  func indices(of word: String) -> [Int] {
    packages.indices.filter { packages[$0].id.isMeant(by: word) }
  }

  package var ids: [PackageVersion] { packages.map(\.id) }

  /// For each package that one needs, the need that says most simply why.
  func needs(of index: Int) -> [Need] {
    var best: [Need] = []
    for need in packages[index].needs {
      if let place = best.firstIndex(where: { $0.package == need.package }) {
        if need.rank < best[place].rank { best[place] = need }
      } else {
        best.append(need)
      }
    }
    return best
  }
}

extension DependencyGraph.Need {
  /// Less for a need that says more simply why.
  fileprivate var rank: Int {
    (isForBuild ? 100 : 0) + conditions.count + alternatives.count
  }

  fileprivate init?(_ json: JSON) {
    guard let package = json["package"]?.integer, let kind = json["kind"]?.text, let atom = json["atom"]?.text
    else { return nil }
    self.init(
      package: package, kind: kind, atom: atom,
      conditions: json["conditions"]?.elements.compactMap(\.text) ?? [],
      alternatives: json["alternatives"]?.elements.compactMap { pair in
        let numbers = pair.elements.compactMap(\.integer)
        return numbers.count == 2 ? (numbers[0], numbers[1]) : nil
      } ?? [])
  }
}

extension DependencyGraph.Package {
  fileprivate init?(_ json: JSON) {
    guard let name = json["name"]?.text, let version = json["version"]?.text,
      let id = PackageVersion("\(name)-\(version)"), let slot = json["slot"]?.text
    else { return nil }
    self.init(id: id, slot: slot, needs: (json["needs"]?.elements ?? []).compactMap(DependencyGraph.Need.init))
  }
}

extension PackageVersion {
  /// Whether a word means it: `leaf`, `app-misc/leaf`, `leaf-1` or `app-misc/leaf-1`.
  package func isMeant(by word: String) -> Bool {
    [name, package, "\(name)-\(version)", description].contains(word)
  }
}
