public import Platform

/// How Portage reads a file of its configuration, by the file's name and whether it lies in etc/portage or in a
/// profile, whatever it holds.
///
/// After portage(5), `portage/package/ebuild/config.py` and the managers in `_config/` of 3.0.83.
public enum ConfigurationSyntax: Hashable, Sendable {
  /// An atom and its USE flags a line: package.use and its like.
  case packageFlags
  /// A key, mostly an atom, and its words a line: package.accept_keywords, package.license, ….
  case packageWords(ConfigurationFile.Words)
  /// An item a line, which a leading `-` removes: package.mask, use.force, packages, ….
  case items(ConfigurationFile.Removal)
  /// Lines whose order counts: parent.
  case sequence
  /// Variables in the syntax of a shell: make.conf, which may source other files, and make.defaults.
  case variables(sourcing: Bool)
  /// The folder env: what package.env names are variables, what is named after a package is bash.
  case environments
  /// A folder of patches, of which Portage applies `*.patch` and `*.diff`.
  case patches
  /// A profile's folder: each name in it is looked up again.
  case profile
  /// Anything else: the content as a whole counts.
  case content

  /// The syntax of `name` in etc/portage; nil for what Portage does not read there: README, make.conf.old,
  /// package.use.mask, which belongs in a profile, repos.conf, which `ReposConf` reads.
  public init?(inConfiguration name: Path) {
    guard let syntax = Self.inConfiguration[name] else { return nil }
    self = syntax
  }

  /// The syntax of `name` in a profile; nil for what Portage does not read there.
  ///
  /// - Parameter isUsers: whether it is etc/portage/profile.
  public init?(inProfile name: Path, isUsers: Bool = false) {
    // The parents of the user's profile are not followed.
    guard let syntax = Self.inProfile[name], !(isUsers && name == "parent") else { return nil }
    self = syntax
  }

  /// Whether Portage reads all files of a folder of this name in etc/portage as if they were one, in their order.
  static func mayBeFolder(inConfiguration name: Path) -> Bool {
    switch inConfiguration[name] {
    case .packageFlags, .packageWords(.keywords), .packageWords(.licenses), .packageWords(.files),
      .items(.anyRepository):
      true
    default: name == "repos.conf" || name == "binrepos.conf"
    }
  }

  /// The same of etc/portage/profile.
  static func mayBeFolder(inProfile name: Path) -> Bool {
    switch inProfile[name] {
    case .packageFlags, .packageWords, .variables: true
    case .items: name != "packages" && name != "packages.build"
    default: false
    }
  }

  /// Whether a line may begin with an atom.
  var hasAtoms: Bool {
    switch self {
    case .packageFlags, .items, .packageWords(.keywords), .packageWords(.licenses), .packageWords(.files): true
    default: false
    }
  }

  /// Whether Portage leaves out a file of this name, such as a hidden one or an editor's `~` copy, when it reads a folder
  /// in place of a file with this syntax (`_recursive_file_list`).
  func skips(_ name: Path) -> Bool {
    if Self.versionControl.contains(name) || name.bytes.last == UInt8(ascii: "~") { return true }
    switch self {
    case .patches: return false
    case .content, .environments: return name.isHidden && Self.isEditorsSwapFile(name)
    default: return name.isHidden
    }
  }

  /// Whether Portage reads what lies at `path` from etc/portage, or would if it were there.
  public static func isRead(_ path: Path) -> Bool {
    let names = path.components
    guard let first = names.first, let syntax = ConfigurationSyntax(inConfiguration: first) else {
      return false
    }
    if syntax == .profile, names.count > 1 {
      return ConfigurationSyntax(inProfile: names[1], isUsers: true).map {
        isRead(names.dropFirst(2), as: $0)
      } ?? false
    }
    return isRead(names.dropFirst(), as: syntax)
  }

  /// Whether Portage reads what lies at `path` from a profile, or would if it were there.
  public static func isReadInProfile(_ path: Path) -> Bool {
    let names = path.components
    return names.first.flatMap { ConfigurationSyntax(inProfile: $0) }.map {
      isRead(names.dropFirst(), as: $0)
    } ?? false
  }

  private static func isRead(_ below: ArraySlice<Path>, as syntax: ConfigurationSyntax) -> Bool {
    if syntax == .patches, let last = below.last, !last.isPatch { return false }
    return !below.contains { syntax.skips($0) }
  }

  /// The names that Portage looks for in a profile, in byte order; what else lies there is not read.
  public static let profileNames: [Path] = inProfile.keys.sorted()

  /// The names that both etc/portage and profiles have.
  private static let common: [Path: ConfigurationSyntax] = [
    "package.use": .packageFlags, "package.accept_keywords": .packageWords(.keywords),
    "package.keywords": .packageWords(.keywords), "package.license": .packageWords(.licenses),
    "virtuals": .content,
  ]

  private static let inConfiguration: [Path: ConfigurationSyntax] = [
    "make.conf": .variables(sourcing: true), "package.mask": .items(.anyRepository),
    "package.unmask": .items(.anyRepository), "package.properties": .packageWords(.licenses),
    "package.accept_restrict": .packageWords(.licenses), "package.env": .packageWords(.files),
    "license_groups": .packageWords(.members), "categories": .items(.all), "arch.list": .items(.all),
    "sets": .items(.none), "env": .environments, "patches": .patches, "profile": .profile,
    "savedconfig": .content, "bashrc": .content, "hooks": .content, "suidctl.conf": .content,
    "sets.conf": .content, "mirrors": .content, "modules": .content, "binrepos.conf": .content,
    "bin": .content,
  ].merging(common) { own, _ in own }

  private static let inProfile: [Path: ConfigurationSyntax] = {
    var table: [Path: ConfigurationSyntax] = [
      "make.defaults": .variables(sourcing: false), "parent": .sequence, "eapi": .content,
      "package.bashrc": .packageWords(.files), "bashrc": .content, "profile.bashrc": .content,
      "deprecated": .content, "packages": .items(.all), "packages.build": .items(.all),
      "package.provided": .items(.all), "package.mask": .items(.same), "package.unmask": .items(.same),
      "soname.provided": .packageWords(.libraries),
    ]
    for name in ["package.use.mask", "package.use.force", "package.use.stable"] {
      table[Path(name)] = .packageFlags
    }
    for name in ["package.use.stable.mask", "package.use.stable.force"] { table[Path(name)] = .packageFlags }
    for name in ["use.mask", "use.force", "use.stable", "use.stable.mask", "use.stable.force"] {
      table[Path(name)] = .items(.same)
    }
    return table.merging(common) { own, _ in own }
  }()

  /// `VCS_DIRS` in `portage/const.py`.
  private static let versionControl: Set<Path> = ["CVS", "RCS", "SCCS", ".bzr", ".git", ".hg", ".svn"]

  /// `.NAME.swp` and the like, which come and go while a person edits.
  private static func isEditorsSwapFile(_ name: Path) -> Bool {
    let bytes = name.bytes
    return bytes.count > 4 && bytes[bytes.count - 4] == UInt8(ascii: ".")
      && bytes[(bytes.count - 3)...].starts(with: "sw".utf8)
  }
}

extension Path {
  /// Whether Portage would apply a file of this name.
  var isPatch: Bool { bytes.suffix(6) == Array(".patch".utf8)[...] || isDiff }
  private var isDiff: Bool { bytes.suffix(5) == Array(".diff".utf8)[...] }
}
