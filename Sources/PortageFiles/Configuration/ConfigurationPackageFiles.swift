import Platform
import Stamps

/// The package.* files of a configuration: where the order of their atoms counts, and the files that package.env and
/// package.bashrc name.
extension ConfigurationWalk {
  mutating func add(_ content: ConfigurationFile.Content, to order: inout AtomOrder) {
    entries += content.entries
    for atom in content.atoms { order.add(atom.atom, atom.effect) }
  }

  /// Entries for where the order of atoms counts.
  mutating func noteOrder(
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

  mutating func noteFiles(_ content: ConfigurationFile.Content, _ path: Path, isProfiles: Bool) {
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
    _ file: Name, _ atom: String, to files: inout [(file: Name, atoms: [String])]
  ) {
    if let known = files.firstIndex(where: { $0.file == file }) {
      files[known].atoms.append(atom)
    } else {
      files.append((file, [atom]))
    }
  }
}
