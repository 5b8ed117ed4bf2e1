import Platform
import Stamps

/// The profile of a configuration root: where it is, and the files of each profile of its stack.
extension ConfigurationWalk {
  /// Portage takes the first of the two places at which there is a folder.
  mutating func readProfiles() throws {
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
    // Without a profile Portage does not read etc/portage/profile.
  }

  private mutating func readStack(at link: Path) throws {
    let target = try reader.realPath(link)
    entries.append(
      Listing.Entry(key(of: link), reader.name(of: target), place: reader.name(of: link)))
    let stack = try ProfileStack(at: link, reader: reader, repositories: repositories)
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
    // It decides which atoms of package.bashrc Portage takes.
    let eapi = profile / "eapi"
    if !profileScripts.isEmpty, let status = try reader.status(of: eapi), status.kind == .file {
      ingredients.append(
        ConfigurationIngredient(scope: .every, entry: shortened(try contentEntry(eapi, status))))
    }
    for (file, atoms) in profileScripts {
      try readScript(file, as: reader.name(of: file), .packages(atoms))
    }
  }
}
