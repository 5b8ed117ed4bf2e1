/// What tells the builds of one version of an installed package apart, as a listing of `InstalledPackages` records it:
///
///     key 93b885adfe0da089…, slot 0/1, from gentoo, USE acl nls
///     build 2, built at 1764121212, slot 0/1, from gentoo, USE acl nls
///
/// Without enabled flags there is no `USE`.
public struct InstalledBuild: Hashable, Sendable {
  /// `key KEY`, which is the same on every machine. If no key is known, `build N, built at SECONDS`; `no build id` stands
  /// for a build that came from no binary package, and the time may be `unknown`.
  let identity: String
  let slot: String
  let repository: String
  /// The enabled flags.
  let use: [String]

  init(_ package: InstalledPackage) {
    identity =
      package.key.map { "key \($0)" }
      ?? "\(package.buildID.map { "build \($0)" } ?? "no build id"), built at \(package.buildTime)"
    slot = package.slot
    repository = package.repository
    use = package.use
  }

  /// Parses the value of an entry; nil if it has another form.
  public init?(parsing text: String) {
    guard let match = text.wholeMatch(of: /(key .+|.+, built at .+), slot (.+), from (.+?)(?:, USE (.+))?/)
    else {
      return nil
    }
    identity = String(match.1)
    slot = String(match.2)
    repository = String(match.3)
    use = match.4?.split(separator: " ").map(String.init) ?? []
  }

  var text: String {
    "\(identity), slot \(slot), from \(repository)"
      + (use.isEmpty ? "" : ", USE \(use.joined(separator: " "))")
  }

  /// What is different since `old`, apart from the build itself: `slot 0 → 1, USE +nls -acl`. Empty if nothing is.
  public func differences(since old: InstalledBuild) -> String {
    let slot = slot == old.slot ? [] : ["slot \(old.slot) → \(self.slot)"]
    let repository = repository == old.repository ? [] : ["from \(old.repository) → \(self.repository)"]
    let flags =
      use.filter { !old.use.contains($0) }.map { "+\($0)" }
      + old.use.filter { !use.contains($0) }.map { "-\($0)" }
    return (slot + repository + (flags.isEmpty ? [] : ["USE \(flags.joined(separator: " "))"])).joined(
      separator: ", ")
  }
}
