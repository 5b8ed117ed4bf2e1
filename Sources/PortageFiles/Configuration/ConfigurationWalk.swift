import Platform
import Stamps

/// One walk over a root and its profiles, which collects what `ConfigurationRoot.Reading` has. The extensions read the
/// profiles, the folders and files, the package.* files, `env` and the scripts.
struct ConfigurationWalk {
  let root: Path
  let reader: SourceReader
  let repositories: Repositories
  var entries: [Listing.Entry] = []
  var profiles: [Path] = []
  var ingredients: [ConfigurationIngredient] = []
  var variables = ConfigurationVariables()
  var usedByScripts: Set<String> = []

  /// The files that package.env names, and the atoms of the lines that do.
  var environmentFiles: [(file: String, atoms: [String])] = []
  /// The files that the package.bashrc of the present profile names, and their atoms.
  var profileScripts: [(file: Path, atoms: [String])] = []
  /// All scripts, in the order in which they were found. `readScripts` looks for what each of them reads.
  var scripts: [Script] = []
  var seenScripts: Set<Script> = []
  var profileScriptCount = 0
  /// The order of atoms counts across the two files that hold the keywords of etc/portage, and across all files of
  /// licences, those of profiles included.
  var keywords = AtomOrder()
  var licenses = AtomOrder()

  struct Script: Hashable {
    let file: Path
    let folder: Path
    let scope: ConfigurationIngredient.Scope
  }

  var folder: Path { root / "etc/portage" }

  init(root: Path, reader: SourceReader, repositories: Repositories) {
    self.root = root
    self.reader = reader
    self.repositories = repositories
    variables.set("PORTAGE_CONFIGROOT", root.bytes + [UInt8(ascii: "/")])
  }

  mutating func readAll() throws {
    guard let status = try reader.status(of: folder), status.kind == .directory else {
      throw SourceError.noConfiguration(reader.name(of: root))
    }
    let inside = [FolderIdentity(status)]
    try readProfiles()
    if try !isSame(root / "etc/make.conf", folder / "make.conf") {
      try read(root / "etc/make.conf", as: .variables(sourcing: true))
    }
    // What later files refer to is read before them.
    let names = try reader.names(in: folder)
    for name in names.filter({ $0 == "make.conf" }) + names.filter({ $0 != "make.conf" }) {
      guard let syntax = ConfigurationSyntax(inConfiguration: name) ?? hostSyntax(of: name), name != "profile",
        name != "env"
      else { continue }
      try read(folder / name, as: syntax, inside: inside)
    }
    noteOrder(keywords, of: folder / "package.accept_keywords", isWildcardApart: false)
    noteOrder(licenses, of: folder / "package.license", isWildcardApart: true)
    try readEnvironments()
    try readScripts()
  }

  /// Portage reads the repos.conf of the host's configuration when something is installed on the host itself. For other
  /// configurations it takes PORTAGE_REPOSITORIES instead.
  private func hostSyntax(of name: Path) -> ConfigurationSyntax? {
    name == "repos.conf" && root.lastComponent == "host" ? .content : nil
  }

  private func isSame(_ one: Path, _ other: Path) throws -> Bool {
    guard let first = try reader.status(of: one), let second = try reader.status(of: other) else {
      return false
    }
    return FolderIdentity(first) == FolderIdentity(second)
  }

  // MARK: Names

  /// A name that does not change when the root or the repositories are moved.
  func key(of path: Path) -> String {
    guard let inside = path.relative(to: root) else { return reader.name(of: path) }
    return (root.lastComponent / inside).description
  }

  /// A key without the root: `env/debug.conf` for `target/etc/portage/env/debug.conf`.
  func short(_ key: String) -> String {
    let prefix = "\(root.lastComponent)/etc/portage/"
    return key.hasPrefix(prefix) ? String(key.dropFirst(prefix.count)) : key
  }

  func shortened(_ entry: Listing.Entry) -> Listing.Entry {
    let prefix = Array("\(root.lastComponent)/etc/portage/".utf8)
    guard entry.key.starts(with: prefix) else { return entry }
    return Listing.Entry(key: entry.key.dropFirst(prefix.count), value: entry.value, place: entry.place)
  }
}

/// The identity of a folder, which may be reached by several paths.
struct FolderIdentity: Hashable {
  private let device: UInt64
  private let inode: UInt64

  init(_ status: FileStatus) {
    device = status.device
    inode = status.inode
  }
}
