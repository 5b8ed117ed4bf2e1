import BuildGraph
package import BuildSettings
import Platform

/// `O/source`, a link to the source tree. Other links in O lead through it, so that they are the same wherever the source
/// tree is.
package enum SourceLink {
  /// Relative to O.
  static let name: Path = "source"

  /// Makes the link lead to the source tree. A source tree with a graph of its own has none.
  package static func update(_ settings: Settings) throws {
    guard settings.variant != nil else { return }
    let link = settings.locations.build / name
    let source = settings.locations.source
    if (try? File.readLink(link)) != source.bytes { try AtomicFile.replaceLink(source, at: link) }
  }
}
