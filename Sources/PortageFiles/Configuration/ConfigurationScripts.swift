import Platform
import Stamps

/// Bash scripts of a configuration, such as bashrc, and the files that they read.
extension ConfigurationWalk {
  mutating func readScript(_ path: Path, as name: String, _ scope: ConfigurationIngredient.Scope) throws {
    guard let status = try reader.status(of: path), status.kind == .file else { return }
    let entry = try contentEntry(path, status)
    entries.append(entry)
    ingredients.append(
      ConfigurationIngredient(
        scope: scope, entry: Listing.Entry(key: name.utf8, value: entry.value, place: entry.place)))
    add(Script(file: path, folder: path.isInside(folder) ? folder : path.parent, scope: scope))
  }

  mutating func add(_ script: Script) {
    if seenScripts.insert(script).inserted { scripts.append(script) }
  }

  /// Finds what the scripts read, and what the files that they read do in turn.
  mutating func readScripts() throws {
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

  /// The packages for which a script reads a place: those of the script, or of all those that the place names.
  static func scope(
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

  /// Reads every file below `place` except those of etc/portage that Portage reads line by line.
  mutating func readEverything(
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

  /// A folder with more files than this is not meant to be sourced.
  private static let mostFiles = 10_000

  private static func isLines(_ name: Path) -> Bool {
    if name == "make.profile" { return true }
    switch ConfigurationSyntax(inConfiguration: name) {
    case .packageFlags, .packageWords, .items, .patches, .profile: return true
    default: return name == "savedconfig"
    }
  }
}
