import Platform
import Stamps

/// The files below `env`: those that package.env names, and those that are named after a package.
extension ConfigurationWalk {
  mutating func readEnvironments() throws {
    let environments = folder / "env"
    for (name, atoms) in environmentFiles {
      let path = environments / Path(name)
      guard let status = try reader.status(of: path), status.kind == .file else { continue }
      let scope = ConfigurationIngredient.Scope.packages(atoms)
      guard let read = try readVariables(path, status, sourcing: true, scope: scope) else { continue }
      let file = ConfigurationFile(key: key(of: path), name: reader.name(of: path))
      for (entry, variable) in zip(file.variables(read), read) {
        entries.append(entry)
        // Portage expands variables of make.conf in it.
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
}
