public import Platform

/// How Portage reads a file of its configuration, by the file's name; it knows no content.
///
/// After portage(5) and the managers in `portage/package/ebuild/_config/` of 3.0.83.
public enum ConfigurationSyntax: Hashable, Sendable {
  /// An atom and its USE flags a line: package.use and its like.
  case packageFlags
  /// A key, mostly an atom, and its words a line: package.accept_keywords, package.license, ….
  case packageWords
  /// An item a line, which a leading `-` takes back: package.mask, use.force, packages, ….
  case items
  /// Lines whose order counts: parent, eapi.
  case sequence
  /// Variables in the syntax of a shell: make.conf, which may source other files, and make.defaults.
  case variables(sourcing: Bool)
  /// A folder of patches, of which Portage applies `*.patch` and `*.diff`.
  case patches
  /// A profile's folder: each name in it is looked up again.
  case profile
  /// Anything else: all that can be said is the content.
  case content

  /// The syntax of `name` in etc/portage or in a profile.
  public init(of name: Path) {
    self = Self.byName[name] ?? .content
  }

  /// Whether Portage leaves out the names that `Path.isHidden` and editors' `~` copies when it reads a
  /// folder in place of such a file (`_recursive_file_list`).
  func skips(_ name: Path) -> Bool {
    if Self.versionControl.contains(name) || name.bytes.last == UInt8(ascii: "~") { return true }
    switch self {
    case .patches: return false
    case .content: return name.isHidden && Self.isEditorsSwapFile(name)
    default: return name.isHidden
    }
  }

  /// Whether Portage reads what lies at `path` from etc/portage, or would if it were there.
  public static func isRead(_ path: Path) -> Bool {
    guard let first = path.components.first, !first.isHidden, first != "make.profile" else { return false }
    let syntax = ConfigurationSyntax(of: first)
    if syntax == .patches, !path.isPatch { return false }
    return !path.components.dropFirst().contains { syntax.skips($0) }
  }

  /// The names that Portage looks for in a profile, in byte order; what else lies there is not read.
  public static let profileNames: [Path] = byName.keys.filter { !notInProfiles.contains($0) }.sorted()

  private static let byName: [Path: ConfigurationSyntax] = {
    var table: [Path: ConfigurationSyntax] = [
      "make.conf": .variables(sourcing: true), "make.defaults": .variables(sourcing: false),
      "parent": .sequence, "eapi": .sequence, "patches": .patches, "profile": .profile,
      "profile.bashrc": .content, "bashrc": .content, "deprecated": .content, "virtuals": .content,
    ]
    for name in [
      "package.use", "package.use.mask", "package.use.force", "package.use.stable",
      "package.use.stable.mask", "package.use.stable.force",
    ] {
      table[Path(name)] = .packageFlags
    }
    for name in [
      "package.accept_keywords", "package.keywords", "package.license", "package.env",
      "package.properties", "package.accept_restrict", "package.bashrc", "license_groups",
    ] {
      table[Path(name)] = .packageWords
    }
    for name in [
      "package.mask", "package.unmask", "package.provided", "packages", "packages.build", "use.mask",
      "use.force", "use.stable", "use.stable.mask", "use.stable.force", "soname.provided", "categories",
      "sets", "profile-set",
    ] {
      table[Path(name)] = .items
    }
    return table
  }()

  /// These mean something in etc/portage only.
  private static let notInProfiles: Set<Path> = [
    "make.conf", "patches", "profile", "sets", "categories", "license_groups",
  ]

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
