internal import BuildGraph
internal import Platform

/// Sees to it that the source tree is only ever read, also by what the recipes call: the commands run in it,
/// and a slip in one of their scripts would hit the sources.
enum SourceGuard {
  /// Makes the source tree read-only for this process and its commands, where the system lets it. A graph of
  /// one's own is left alone, since a general make may well write beside its sources.
  static func protect(_ settings: Settings) throws {
    guard settings.variant != nil else { return }
    let locations = settings.locations
    do {
      try Directory.create(locations.images, intermediates: true)
    } catch {
      throw UserError("IMAGESDIR is '\(locations.images)', which cannot be used: \(error): name another folder")
    }
    _ = MountNamespace.makeReadOnly(locations.source, except: [locations.build, locations.images])
  }
}
