public import Platform
public import Stamps

/// A folder that holds `etc/portage/`, with the profiles that its `make.profile` reaches: what Portage would
/// read of it, entry by entry, so that two listings differ where a build could.
///
/// It knows no package and no repository beyond its profiles: a repository's own files (ebuilds, eclasses,
/// profiles/package.mask, …) are an input of their own. Keys begin with the folder's own name, so that
/// `profiles/demo/target` and a copy of it elsewhere have one digest; places are paths as a user writes them.
public struct ConfigurationRoot {
  public let path: Path
  public let sourceTree: Path
  /// The repositories' folders by name, for `REPOSITORY:PROFILE` in parent files.
  public let repositories: [String: Path]
  public var witness = Witness()

  public init(path: Path, sourceTree: Path, repositories: [String: Path], witness: Witness = Witness()) {
    self.path = path
    self.sourceTree = sourceTree
    self.repositories = repositories
    self.witness = witness
  }

  /// What one reading of a root finds.
  public struct Reading {
    public let listing: Listing
    /// The profiles' folders in Portage's order, `etc/portage/profile` last if there is one.
    public let profiles: [Path]
    /// What packages are built from that Portage does not compare.
    public let ingredients: [ConfigurationIngredient]
    /// The variables that make.defaults and make.conf leave behind, by name.
    public let variables: [String: ConfigurationVariables.Value]
    /// Those of them that bash scripts use.
    public let usedByScripts: Set<String>
  }

  /// - Throws: `SourceError` for a root without `etc/portage`, a profile or parent that is missing, a
  ///   circle, and what is neither file nor folder.
  public func read() throws -> Reading {
    let reader = try SourceReader(sourceTree: sourceTree, repositories: repositories, witness: witness)
    var walk = ConfigurationWalk(root: path.normalized, reader: reader)
    try walk.readAll()
    return Reading(
      listing: Listing(walk.entries), profiles: walk.profiles, ingredients: walk.ingredients,
      variables: walk.variables.values, usedByScripts: walk.usedByScripts)
  }

  public func listing() throws -> Listing { try read().listing }
}

/// Something in a configuration that Portage does not compare when it decides what to build: a line of package.env, a
/// patch, what a hook sources.
public struct ConfigurationIngredient: Hashable, Sendable {
  /// The packages that it is for.
  public enum Scope: Hashable, Sendable {
    case every
    /// What one of these patterns matches: atoms, `CATEGORY/NAME`.
    case packages([String])
    /// Those whose category, or name, is part of the entry's key.
    case named(category: Bool, name: Bool)
  }

  public let scope: Scope
  /// The key is short: `package.env/x: cat/pkg`, `env/debug.conf: CFLAGS`, `patches/cat/pkg/y.patch`, `bashrc`.
  public let entry: Listing.Entry

  public init(scope: Scope, entry: Listing.Entry) {
    self.scope = scope
    self.entry = entry
  }
}

/// One walk over a root and its profiles.
private struct ConfigurationWalk {
  let root: Path
  let reader: SourceReader
  var entries: [Listing.Entry] = []
  var profiles: [Path] = []
  var ingredients: [ConfigurationIngredient] = []
  var variables = ConfigurationVariables()
  var usedByScripts: Set<String> = []

  /// The files that package.env names, and the atoms of the lines that do.
  private var environmentFiles: [(name: String, atoms: [String])] = []
  /// The same of each profile's package.bashrc.
  private var profileScripts: [(file: Path, atoms: [String])] = []
  /// Scripts whose reads are yet to be found, and where they may look.
  private var scripts: [Script] = []
  private var seenScripts: Set<Script> = []
  private var profileScriptCount = 0
  /// Order counts among all keywords of etc/portage, whichever of the two files they stand in, and among all licences,
  /// of profiles, too.
  private var keywords = AtomOrder()
  private var licenses = AtomOrder()

  private struct Script: Hashable {
    let file: Path
    let folder: Path
    let scope: ConfigurationIngredient.Scope
  }

  private var folder: Path { root / "etc/portage" }

  init(root: Path, reader: SourceReader) {
    self.root = root
    self.reader = reader
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

  /// Of the host's configuration Portage also reads repos.conf, when something is installed on the host itself; of the
  /// others PORTAGE_REPOSITORIES takes the place.
  private func hostSyntax(of name: Path) -> ConfigurationSyntax? {
    name == "repos.conf" && root.lastComponent == "host" ? .content : nil
  }

  private func isSame(_ one: Path, _ other: Path) throws -> Bool {
    guard let first = try reader.status(of: one), let second = try reader.status(of: other) else {
      return false
    }
    return FolderIdentity(first) == FolderIdentity(second)
  }

  // MARK: Profiles

  /// The profile is at the first of the two places that has a folder.
  private mutating func readProfiles() throws {
    let links = [folder / "make.profile", root / "etc/make.profile"]
    var mistake: SourceError?
    for link in links {
      let kind = try reader.kind(of: link)
      if kind == .directory {
        try readStack(at: link)
        return
      }
      if try kind == nil && !reader.isLink(link) { continue }
      let name = reader.name(of: link)
      mistake =
        try mistake
        ?? (kind == nil
          ? SourceError.danglingProfile(name, target: reader.name(of: reader.realPath(link)))
          : SourceError.profileNotAFolder(name))
    }
    if let mistake { throw mistake }
    // Without a profile Portage passes over etc/portage/profile.
  }

  private mutating func readStack(at link: Path) throws {
    let target = try reader.realPath(link)
    entries.append(
      Listing.Entry(key(of: link), reader.stableName(of: target), place: reader.name(of: link)))
    let stack = try ProfileStack(at: link, reader: reader)
    profiles = stack.profiles
    for profile in profiles { try readProfile(profile, isUsers: false) }
    let custom = folder / "profile"
    let hasCustom = try reader.kind(of: custom) == .directory
    if hasCustom { try readProfile(custom, isUsers: true) }
    variables.stack(stack.layers.map { $0 / "make.defaults" })
    if hasCustom {
      variables.stack([custom / "make.defaults"])
      profiles.append(custom)
    }
  }

  private mutating func readProfile(_ profile: Path, isUsers: Bool) throws {
    profileScripts = []
    for name in ConfigurationSyntax.profileNames where name != "bashrc" && name != "profile.bashrc" {
      guard let syntax = ConfigurationSyntax(inProfile: name, isUsers: isUsers) else { continue }
      try read(profile / name, as: syntax, profile: isUsers ? .userProfile : .profile)
    }
    let script = profile / "profile.bashrc"
    if try reader.kind(of: script) == .file {
      profileScriptCount += 1
      let number = profileScriptCount > 1 ? " \(profileScriptCount)" : ""
      try readScript(script, as: "profile.bashrc\(number)", .every)
    }
    for (file, atoms) in profileScripts {
      try readScript(file, as: "\(reader.stableName(of: file))", .packages(atoms))
    }
  }

  // MARK: Files and folders

  /// Reads what is at `path`, a file, a folder of such files or nothing.
  private mutating func read(
    _ path: Path, as syntax: ConfigurationSyntax, inside: [FolderIdentity] = [],
    profile: ConfigurationFile.FlagDialect? = nil
  ) throws {
    var order = AtomOrder()
    try readFiles(path, as: syntax, inside: inside, profile: profile, order: &order)
    if syntax == .packageWords(.keywords), profile == nil { return keywords.add(order) }
    if path.lastComponent == "package.license" { return licenses.add(order) }
    noteOrder(
      order, of: path, isWildcardApart: profile == nil, isIngredient: syntax == .packageWords(.files))
  }

  /// Entries for where the order of atoms counts.
  private mutating func noteOrder(
    _ order: AtomOrder, of path: Path, isWildcardApart: Bool, isIngredient: Bool = false
  ) {
    let key = key(of: path)
    let place = reader.name(of: path)
    for (package, atoms) in order.groups(isWildcardApart: isWildcardApart) {
      let item = "order of \(String(decoding: package, as: UTF8.self))"
      let value = Array(atoms.joined(separator: ", ".utf8))
      entries.append(Listing.Entry(key: "\(key): \(item)".utf8, value: value, place: place))
      if isIngredient {
        let patterns = atoms.map { String(decoding: $0, as: UTF8.self) }
        ingredients.append(
          ConfigurationIngredient(
            scope: .packages(patterns),
            entry: Listing.Entry(key: "\(short(key)): \(item)".utf8, value: value, place: place)))
      }
    }
  }

  private mutating func readFiles(
    _ path: Path, as syntax: ConfigurationSyntax, inside: [FolderIdentity],
    profile: ConfigurationFile.FlagDialect?, order: inout AtomOrder
  ) throws {
    // A link that leads nowhere is nothing to Portage.
    guard let status = try reader.status(of: path) else { return }
    switch status.kind {
    case .file: try readFile(path, as: syntax, status, profile, &order)
    case .directory:
      let identity = FolderIdentity(status)
      // A link back to a folder around it: what it holds is being read already.
      if inside.contains(identity) { return }
      for name in try reader.names(in: path) where !syntax.skips(name) {
        try readFiles(
          path / name, as: syntax, inside: inside + [identity], profile: profile, order: &order)
      }
    case .characterDevice where syntax == .patches && path.isPatch:
      // A link to /dev/null takes back a patch of the same name for a less specific atom.
      note(Listing.Entry(key(of: path), "no patch", place: reader.name(of: path)), scopeOfNamed(path))
    default:
      throw SourceError.notAFile(reader.name(of: path), kind: status.kind.name)
    }
  }

  private mutating func readFile(
    _ path: Path, as syntax: ConfigurationSyntax, _ status: FileStatus,
    _ profile: ConfigurationFile.FlagDialect?, _ order: inout AtomOrder
  ) throws {
    let file = ConfigurationFile(key: key(of: path), name: reader.name(of: path))
    switch syntax {
    case .packageFlags:
      add(file.packageFlags(try bytes(path), profile ?? .user), to: &order)
    case .packageWords(let words):
      let content = file.packageWords(try bytes(path), words)
      add(content, to: &order)
      if words == .files { noteFiles(content, path, isProfiles: profile != nil) }
    case .items(let removal): entries += file.items(try bytes(path), removal)
    case .sequence: entries += file.sequence(try bytes(path))
    case .variables(let sourcing):
      guard let read = try readVariables(path, status, sourcing: sourcing, scope: .every) else { return }
      entries += file.variables(read)
      variables.add(read, of: path, isStacked: !sourcing)
    case .patches where !path.isPatch: break
    case .patches, .content: try readContent(path, status)
    case .profile, .environments: break
    }
  }

  private func bytes(_ path: Path) throws -> [UInt8] { try reader.contents(of: path) ?? [] }

  private mutating func add(_ content: ConfigurationFile.Content, to order: inout AtomOrder) {
    entries += content.entries
    for atom in content.atoms { order.add(atom.atom, atom.effect) }
  }

  /// The variables of a file; nil if Portage would not take it, and then its content is an entry.
  private mutating func readVariables(
    _ path: Path, _ status: FileStatus, sourcing: Bool, scope: ConfigurationIngredient.Scope
  ) throws -> [MakeVariables.Variable]? {
    let variables = self.variables
    do {
      let read = try MakeVariables(
        try bytes(path), of: path, reader: reader, sourcing: sourcing, environment: variables.value)
      for folder in read.unknownSources { try readEverything(in: folder, scope: scope) }
      for source in read.missingSources {
        entries.append(
          Listing.Entry(
            key: Array("\(key(of: path)): source ".utf8) + source.name, value: "missing".utf8,
            place: source.place)
        )
      }
      return read.variables
    } catch let error as MakeVariables.Unparsable {
      for file in error.files {
        let entry = try contentEntry(file, try reader.status(of: file) ?? status)
        entries.append(entry)
        ingredients.append(ConfigurationIngredient(scope: scope, entry: shortened(entry)))
      }
      return nil
    }
  }

  // MARK: Content

  private mutating func readContent(_ path: Path, _ status: FileStatus) throws {
    let entry = try contentEntry(path, status)
    guard let inside = path.relative(to: folder), let first = inside.components.first else {
      return entries.append(entry)
    }
    switch first {
    case "bashrc", "hooks":
      note(entry, .every)
      add(Script(file: path, folder: folder, scope: .every))
    case "suidctl.conf": note(entry, .every)
    case "patches", "savedconfig": note(entry, scopeOfNamed(path))
    default: entries.append(entry)
    }
  }

  /// The value is that of a file in a tree's listing (`TreeScan`).
  private func contentEntry(_ path: Path, _ status: FileStatus) throws -> Listing.Entry {
    let kind = status.isExecutable ? "exec" : "file"
    return Listing.Entry(key(of: path), "\(kind) \(try reader.digest(of: path))", place: reader.name(of: path))
  }

  private mutating func note(_ entry: Listing.Entry, _ scope: ConfigurationIngredient.Scope) {
    entries.append(entry)
    ingredients.append(ConfigurationIngredient(scope: scope, entry: shortened(entry)))
  }

  /// `patches/cat/pkg-1.0:0/x.patch`, `savedconfig/CTARGET/cat/pkg`: any two names in a row may be a package's.
  private func scopeOfNamed(_ path: Path) -> ConfigurationIngredient.Scope {
    let names = path.relative(to: folder)?.components.dropFirst() ?? []
    return .packages(
      zip(names, names.dropFirst()).filter { AtomGrammar.isCategory($0.bytes) && !$1.bytes.contains(0x0A) }
        .map { "\($0)/\($1)" })
  }

  // MARK: Environments

  private mutating func noteFiles(_ content: ConfigurationFile.Content, _ path: Path, isProfiles: Bool) {
    for atom in content.atoms {
      let text = String(decoding: atom.atom, as: UTF8.self)
      for entry in atom.entries {
        ingredients.append(ConfigurationIngredient(scope: .packages([text]), entry: shortened(entry)))
      }
      for word in atom.words {
        if isProfiles {
          // Portage looks for them beside package.bashrc, which may itself be a folder.
          var profile = path.parent
          while profile.lastComponent != "package.bashrc", profile.components.contains("package.bashrc") {
            profile = profile.parent
          }
          if profile.lastComponent == "package.bashrc" { profile = profile.parent }
          Self.add(profile / "bashrc" / Path(word), text, to: &profileScripts)
        } else {
          Self.add(word, text, to: &environmentFiles)
        }
      }
    }
  }

  private static func add<Name: Equatable>(
    _ name: Name, _ atom: String, to files: inout [(name: Name, atoms: [String])]
  ) {
    if let known = files.firstIndex(where: { $0.name == name }) {
      files[known].atoms.append(atom)
    } else {
      files.append((name, [atom]))
    }
  }

  private static func add(
    _ file: Path, _ atom: String, to files: inout [(file: Path, atoms: [String])]
  ) {
    if let known = files.firstIndex(where: { $0.file == file }) {
      files[known].atoms.append(atom)
    } else {
      files.append((file, [atom]))
    }
  }

  private mutating func readEnvironments() throws {
    let environments = folder / "env"
    for (name, atoms) in environmentFiles {
      let path = environments / Path(name)
      guard let status = try reader.status(of: path), status.kind == .file else { continue }
      let scope = ConfigurationIngredient.Scope.packages(atoms)
      guard let read = try readVariables(path, status, sourcing: true, scope: scope) else { continue }
      let file = ConfigurationFile(key: key(of: path), name: reader.name(of: path))
      for (entry, variable) in zip(file.variables(read), read) {
        entries.append(entry)
        // With what it takes from make.conf: Portage hands that on.
        let value = variable.text.filled { self.variables.text($0) }.readable
        ingredients.append(
          ConfigurationIngredient(
            scope: scope,
            entry: Listing.Entry(
              key: short("\(file.key): \(variable.name)").utf8, value: value, place: entry.place)))
      }
    }
    // `__source_env_files` in ebuild.sh: env/CATEGORY/{PN,PN:SLOT,P,PF}.
    for category in try reader.names(in: environments) where AtomGrammar.isCategory(category.bytes) {
      for name in try reader.names(in: environments / category) where Self.isPackage(name) {
        try readScript(
          environments / category / name, as: "env/\(category)/\(name)", .packages(["\(category)/\(name)"]))
      }
    }
  }

  /// `pam`, `pam:0`, `pam-1.5`, `pam-1.5-r1`.
  private static func isPackage(_ name: Path) -> Bool {
    let bytes = name.bytes.prefix { $0 != UInt8(ascii: ":") }
    return AtomGrammar.versionStart(in: bytes) != nil || AtomGrammar.isName(bytes)
  }

  // MARK: Scripts

  private mutating func readScript(_ path: Path, as name: String, _ scope: ConfigurationIngredient.Scope) throws
  {
    guard let status = try reader.status(of: path), status.kind == .file else { return }
    let entry = try contentEntry(path, status)
    entries.append(entry)
    ingredients.append(
      ConfigurationIngredient(
        scope: scope, entry: Listing.Entry(key: name.utf8, value: entry.value, place: entry.place)))
    add(Script(file: path, folder: path.isInside(folder) ? folder : path.parent, scope: scope))
  }

  private mutating func add(_ script: Script) {
    if seenScripts.insert(script).inserted { scripts.append(script) }
  }

  /// Finds what the scripts read, and what those files do.
  private mutating func readScripts() throws {
    let areas = [root] + reader.repositories.flatMap { [$0.path, $0.real] } + profiles
    var next = 0
    while next < scripts.count {
      let script = scripts[next]
      next += 1
      let variables = self.variables
      let reads = BashReads(
        try bytes(script.file), of: script.file, folder: script.folder,
        areas: areas.filter { $0.components.count > 1 },
        environment: variables.value)
      usedByScripts.formUnion(reads.variables)
      for place in reads.places {
        let scope = Self.scope(script.scope, place)
        if place.isExact, try reader.kind(of: place.path) != .directory {
          try readSourced(place.path.normalized, from: script.folder, scope: scope)
        } else {
          try readEverything(in: place.path.normalized, scope: scope, from: script.folder)
        }
      }
    }
  }

  /// A script for some packages reads what it reads for those.
  private static func scope(
    _ scope: ConfigurationIngredient.Scope, _ place: BashReads.Place
  ) -> ConfigurationIngredient.Scope {
    guard scope == .every, place.hasCategory || place.hasName else { return scope }
    return .named(category: place.hasCategory, name: place.hasName)
  }

  private mutating func readSourced(
    _ path: Path, from folder: Path, scope: ConfigurationIngredient.Scope
  ) throws {
    guard let status = try reader.status(of: path), status.kind == .file else { return }
    note(try contentEntry(path, status), scope)
    add(Script(file: path, folder: folder, scope: scope))
  }

  /// Every file below `place`, but those of etc/portage that Portage reads line by line.
  private mutating func readEverything(
    in place: Path, scope: ConfigurationIngredient.Scope, from folder: Path? = nil
  ) throws {
    var pending: [(path: Path, inside: [FolderIdentity])] = [(place, [])]
    var files = 0
    while let (path, inside) = pending.popLast() {
      guard let status = try reader.status(of: path) else { continue }
      if status.kind == .directory {
        let identity = FolderIdentity(status)
        if inside.contains(identity) { continue }
        for name in try reader.names(in: path).reversed() where !ConfigurationSyntax.content.skips(name) {
          if path == self.folder, Self.isLines(name) { continue }
          pending.append((path / name, inside + [identity]))
        }
      } else if status.kind == .file {
        files += 1
        if files > Self.mostFiles {
          throw SourceError.readsTooMuch(reader.name(of: place), limit: Self.mostFiles)
        }
        try readSourced(path, from: folder ?? path.parent, scope: scope)
      }
    }
  }

  /// So many files are not there to be sourced.
  private static let mostFiles = 10_000

  private static func isLines(_ name: Path) -> Bool {
    if name == "make.profile" { return true }
    switch ConfigurationSyntax(inConfiguration: name) {
    case .packageFlags, .packageWords, .items, .patches, .profile: return true
    default: return name == "savedconfig"
    }
  }

  // MARK: Names

  /// A name that stays the same where the root and the repositories are moved.
  private func key(of path: Path) -> String {
    guard let inside = path.relative(to: root) else { return reader.stableName(of: path) }
    return (root.lastComponent / inside).description
  }

  /// A key without the root: `env/debug.conf` for `target/etc/portage/env/debug.conf`.
  private func short(_ key: String) -> String {
    let prefix = "\(root.lastComponent)/etc/portage/"
    return key.hasPrefix(prefix) ? String(key.dropFirst(prefix.count)) : key
  }

  private func shortened(_ entry: Listing.Entry) -> Listing.Entry {
    let prefix = Array("\(root.lastComponent)/etc/portage/".utf8)
    guard entry.key.starts(with: prefix) else { return entry }
    return Listing.Entry(key: entry.key.dropFirst(prefix.count), value: entry.value, place: entry.place)
  }
}

/// A folder, whatever the path that leads to it.
private struct FolderIdentity: Hashable {
  let device: UInt64
  let inode: UInt64

  init(_ status: FileStatus) {
    device = status.device
    inode = status.inode
  }
}
