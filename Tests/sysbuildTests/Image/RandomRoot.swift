import TestSupport

/// A random set of packages without sources that do to a root file system what packages do: files that become folders
/// and links, files that pass from one package to another, modes, settings, and phases that see what others have merged.
struct RandomRoot {
  /// What a package has at one of the paths that any of them may have, but only one at a time.
  enum Content: CaseIterable {
    case file, link, folder
  }

  enum Phase: CaseIterable {
    /// Asks whether a package is there.
    case asks
    /// Writes into files of other packages, in place.
    case appends
    /// Notes what others have merged.
    case lists
    /// Fails when the package is removed, which no image sees.
    case fails
  }

  struct Package {
    /// Packages before it, which it needs.
    var needs: [Int]
    var isWanted = true
    var version = 1
    var revision = 0
    var hasFlag = false
    var pool: [Int: Content] = [:]
    var mode = "0755"
    var isPrivileged = false
    var hasSettings = false
    var phases: Set<Phase> = []
  }

  private static let poolSize = 6
  static let masks = ["", "/usr/share/masked *.la"]

  private(set) var packages: [Package] = []
  private(set) var mask = 0
  private(set) var motd = 0

  init(packages count: Int, _ random: inout SeededGenerator) {
    for index in 0..<count {
      packages.append(Package(needs: (0..<index).filter { _ in random.chance(20) }))
    }
    for path in 0..<Self.poolSize { give(path, &random) }
    for _ in 0..<count { _ = edit(&random) }
  }

  // MARK: Edits

  /// Makes one edit.
  ///
  /// - Returns: what it was, for the message of a failure.
  mutating func edit(_ random: inout SeededGenerator) -> String {
    let index = Int.random(in: packages.indices, using: &random)
    let name = Self.name(index)
    switch Int.random(in: 0..<12, using: &random) {
    case 0, 1:
      packages[index].isWanted.toggle()
      return packages[index].isWanted ? "\(name) added" : "\(name) removed"
    case 2:
      packages[index].version = packages[index].version == 1 ? 2 : 1
      return "\(name) version \(packages[index].version)"
    case 3:
      packages[index].hasFlag.toggle()
      return "\(name) flag"
    case 4, 5, 6:
      return give(Int.random(in: 0..<Self.poolSize, using: &random), &random)
    case 7:
      packages[index].mode = ["0755", "0750", "2775", "1777"].randomElement(using: &random) ?? "0755"
      return "\(name) has folders \(packages[index].mode)"
    case 8:
      packages[index].isPrivileged.toggle()
      return "\(name) privileged \(packages[index].isPrivileged)"
    case 9:
      packages[index].hasSettings.toggle()
      return "\(name) settings \(packages[index].hasSettings)"
    case 10:
      let phase = Phase.allCases.randomElement(using: &random) ?? .lists
      packages[index].phases.formSymmetricDifference([phase])
      return "\(name) \(phase) \(packages[index].phases.contains(phase))"
    default:
      if random.chance(50) {
        mask = 1 - mask
        return "mask '\(Self.masks[mask])'"
      }
      motd += 1
      return "overlay"
    }
  }

  /// Changes the mode of folders that all packages have, in the first one, whose mode counts.
  mutating func editModes() -> String {
    packages[0].isWanted = true
    packages[0].phases = []
    packages[0].mode = packages[0].mode == "0750" ? "0755" : "0750"
    return "\(Self.name(0)) has folders \(packages[0].mode)"
  }

  /// Gives one of the paths to a package, as something or other, and takes it from the one that has it.
  @discardableResult
  private mutating func give(_ path: Int, _ random: inout SeededGenerator) -> String {
    let index = Int.random(in: packages.indices, using: &random)
    let content = Content.allCases.randomElement(using: &random) ?? .file
    for other in packages.indices { packages[other].pool[path] = nil }
    packages[index].pool[path] = content
    return "pool/\(path) a \(content) of \(Self.name(index))"
  }

  // MARK: Files

  static func name(_ index: Int) -> String { "w\(index)" }

  static func atom(_ index: Int) -> String { "app-misc/\(name(index))" }

  /// The wanted packages, and those that they need.
  var atoms: [String] {
    var wanted = Set(packages.indices.filter { packages[$0].isWanted })
    for index in packages.indices.reversed() where wanted.contains(index) {
      wanted.formUnion(packages[index].needs)
    }
    return wanted.sorted().map(Self.atom)
  }

  /// Lines of package.use.
  var flags: [String] { packages.indices.filter { packages[$0].hasFlag }.map { "\(Self.atom($0)) colour" } }

  func ebuild(of index: Int) -> String {
    let package = packages[index]
    let name = Self.name(index)
    let phases = package.phases.map { Self.function($0, name) }.sorted().joined()
    return """
      EAPI=8
      DESCRIPTION="A package of a random root file system"
      HOMEPAGE="https://wiki.gentoo.org/"
      S="${WORKDIR}"
      LICENSE="MIT"
      SLOT="0"
      KEYWORDS="amd64"
      IUSE="colour"
      RDEPEND="\(package.needs.map(Self.atom).joined(separator: " "))"

      src_install() {
      \tinsinto /usr/share/\(name)
      \tnewins - own <<<"${PF} USE=${USE}"
      \tln "${ED}"/usr/share/\(name)/{own,other} || die
      \tdosym own /usr/share/\(name)/link
      \tdiropts -m\(package.mode)
      \tdodir /usr/share/common /usr/share/deep/a/b/\(name) /usr/share/empty
      \tinsinto /usr/share/masked && newins - \(name) <<<masked && newins - \(name).la <<<masked
      \tinsinto /usr/share/common && newins - \(name).la <<<masked
      \(package.pool.sorted { $0.key < $1.key }.map { Self.install($0.key, $0.value, name) }.joined(separator: "\n"))
      \(package.isPrivileged ? "\texeinto /usr/bin && newexe - \(name) <<<privileged && fperms 4755 /usr/bin/\(name)" : "")
      \(package.hasSettings ? "\tinsinto /etc/env.d && newins - 50\(name) <<<'LDPATH=\"/usr/lib/\(name)\"'" : "")
      }
      \(phases)

      """
  }

  private static func install(_ path: Int, _ content: Content, _ name: String) -> String {
    switch content {
    case .file: "\tinsinto /usr/share/pool && newins - \(path) <<<\(name)"
    case .link: "\tdosym ../\(name)/own /usr/share/pool/\(path)"
    case .folder: "\tinsinto /usr/share/pool/\(path) && newins - \(name) <<<\(name)"
    }
  }

  private static func function(_ phase: Phase, _ name: String) -> String {
    switch phase {
    case .asks:
      "pkg_setup() { has_version app-misc/w0 && mkdir -p \"${EROOT}\"/usr/share/generated/w0-\(name); }\n"
    case .appends:
      """
      pkg_preinst() {
      \tlocal file
      \tfor file in "${EROOT}"/usr/share/w*/own; do
      \t\t[[ ! -e ${file} ]] || echo \(name) >>"${file}" || die
      \tdone
      }

      """
    case .lists:
      """
      pkg_postinst() {
      \tlocal seen=$(find "${EROOT}"/usr/share -path '*/w*' -printf '%P %m\\n' | sort)
      \tmkdir -p "${EROOT}"/usr/share/generated && echo "${seen}" >"${EROOT}"/usr/share/generated/\(name) || die
      }

      """
    case .fails: "pkg_prerm() { die; }\npkg_postrm() { die; }\n"
    }
  }
}
