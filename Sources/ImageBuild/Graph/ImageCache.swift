import BuildGraph
package import BuildSettings
package import Caching
import Platform
import TextKit

/// The cache that a variant's builds share, as its variables have it.
package enum ImageCache {
  /// What is kept together of the built-in graph.
  package static var units: [SharedUnit] { ImageGraph.units }

  /// Nil if there is none.
  package static func place(_ settings: Settings) throws -> CachePlace? {
    guard let cache = settings.variables["CACHE"], !cache.value.isEmpty else { return nil }
    let mode = settings.variables["CACHE_MODE"]
    guard let known = CachePlace.Mode(rawValue: mode?.value ?? "") else {
      throw UserError.unknownCacheMode(
        mode?.value ?? "", origin: mode?.origin ?? "", among: CachePlace.Mode.allCases.map(\.rawValue))
    }
    if let server = cache.value.split(separator: "/").dropFirst().first, isURL(cache.value),
      server.contains("@")
    {
      throw UserError.passwordInCache(origin: cache.origin)
    }
    func file(_ name: String) -> Path? {
      let value = settings.variables[name]?.value ?? ""
      return value.isEmpty ? nil : settings.locations.path(of: value)
    }
    return CachePlace(
      cache.value, mode: known,
      signature: RecordSignature(key: file("CACHE_KEY"), signers: file("CACHE_SIGNERS")))
  }
}
