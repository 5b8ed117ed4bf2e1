import BuildSettings

/// USE flags of a package that are tried: what would be if package.use had them.
package struct FlagTrial {
  /// `category/name`.
  let package: String
  /// Those that the repositories have. The flags are set for each, because no atom counts more than one with a version.
  let versions: [String]
  /// `nls`, `-pam`.
  let flags: [String]

  package init(package: String, versions: [String], flags: [String]) {
    self.package = package
    self.versions = versions
    self.flags = flags
  }

  /// The line of package.use that would have the same effect.
  package var line: String { "\(package) \(flags.joined(separator: " "))" }

  /// What would have to be added, in the order in which Portage reads it.
  func edits(_ settings: Settings) -> [LineEdit] {
    versions.map { version in
      .add(
        "=\(package)-\(version) \(flags.joined(separator: " "))",
        file: "profiles/\(settings.variant ?? "")/target/etc/portage/package.use")
    }
  }
}
