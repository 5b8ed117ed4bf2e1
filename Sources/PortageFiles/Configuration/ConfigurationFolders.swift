import Platform
import Stamps

/// The files of a configuration root or a profile, each read by its syntax.
extension ConfigurationWalk {
  /// Reads the file, or all files of the folder, at `path`. There need not be one.
  mutating func read(
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

  private mutating func readFiles(
    _ path: Path, as syntax: ConfigurationSyntax, inside: [FolderIdentity],
    profile: ConfigurationFile.FlagDialect?, order: inout AtomOrder
  ) throws {
    // Portage ignores a link that leads nowhere.
    guard let status = try reader.status(of: path) else { return }
    switch status.kind {
    case .file: try readFile(path, as: syntax, status, profile, &order)
    case .directory:
      let identity = FolderIdentity(status)
      // A link to a folder around it, which is being read already.
      if inside.contains(identity) { return }
      for name in try reader.names(in: path) where !syntax.skips(name) {
        try readFiles(
          path / name, as: syntax, inside: inside + [identity], profile: profile, order: &order)
      }
    case .characterDevice where syntax == .patches && path.isPatch:
      // A link to /dev/null switches off the patch of the same name for a less specific atom.
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
    if syntax.hasAtoms { try checkRepositories(try bytes(path), of: path, isProfiles: profile == .profile) }
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
    case .patches where path.lastComponent == WorkPatch.name: try readWork(path)
    case .patches, .content: try readContent(path, status)
    case .profile, .environments: break
    }
  }

  func bytes(_ path: Path) throws -> [UInt8] { try reader.contents(of: path) ?? [] }

  /// The variables of a file. Nil if Portage refuses the file; its content is an entry then.
  mutating func readVariables(
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

  /// An entry for the content of a file, with the same value as in the listing of a tree (`TreeScan`).
  func contentEntry(_ path: Path, _ status: FileStatus) throws -> Listing.Entry {
    let kind = status.isExecutable ? "exec" : "file"
    return Listing.Entry(key(of: path), "\(kind) \(try reader.digest(of: path))", place: reader.name(of: path))
  }

  mutating func note(_ entry: Listing.Entry, _ scope: ConfigurationIngredient.Scope) {
    entries.append(entry)
    ingredients.append(ConfigurationIngredient(scope: scope, entry: shortened(entry)))
  }

  /// `patches/cat/pkg-1.0:0/x.patch`, `savedconfig/CTARGET/cat/pkg`: any two successive names may be those of a package.
  func scopeOfNamed(_ path: Path) -> ConfigurationIngredient.Scope {
    let names = path.relative(to: folder)?.components.dropFirst() ?? []
    return .packages(
      zip(names, names.dropFirst()).filter { AtomGrammar.isCategory($0.bytes) && !$1.bytes.contains(0x0A) }
        .map { "\($0)/\($1)" })
  }
}
