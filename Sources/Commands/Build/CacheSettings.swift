import BuildGraph
import BuildSettings
import Caching
import Platform
import TextKit

extension CachePlace {
  /// The cache that the settings name; nil if they name none.
  init?(_ settings: Settings) throws {
    guard let cache = settings.variables["CACHE"], !cache.value.isEmpty else { return nil }
    let mode = settings.variables["CACHE_MODE"]
    guard let known = CachePlace.Mode(rawValue: mode?.value ?? "") else {
      throw UserError.unknownCacheMode(
        mode?.value ?? "", origin: mode?.origin ?? "", among: CachePlace.Mode.allCases.map(\.rawValue))
    }
    if isURL(cache.value), let server = cache.value.split(separator: "/").dropFirst().first,
      server.contains("@")
    {
      throw UserError.passwordInCache(origin: cache.origin)
    }
    func file(_ name: String) -> Path? {
      let value = settings.variables[name]?.value ?? ""
      return value.isEmpty ? nil : settings.locations.path(of: value)
    }
    self.init(
      cache.value, mode: known,
      signature: RecordSignature(key: file("CACHE_KEY"), signers: file("CACHE_SIGNERS")))
  }
}
