import Platform
import TextKit

/// Where a cache is, and what may be done with it.
package struct CachePlace: Sendable {
  package enum Mode: String, CaseIterable, Sendable {
    case read
    case write
    case both = "read-write"
  }

  /// A URL, or the absolute path of a folder.
  package let text: String
  package let mode: Mode
  package let signature: RecordSignature
  /// What curl sees of the caller's environment, so that it finds credentials and proxies.
  package let environment: [(name: String, value: String)]

  package init(
    _ text: String, mode: Mode, signature: RecordSignature = RecordSignature(key: nil, signers: nil)
  ) {
    self.text = text
    self.mode = mode
    self.signature = signature
    environment = Self.ofCurl.compactMap { name in
      Environment.value(name).map { (name, String(decoding: $0, as: UTF8.self)) }
    }
  }

  private static let ofCurl =
    ["HOME", "CURL_HOME", "NETRC", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR"]
    + ["http", "https", "all", "no"].flatMap { ["\($0)_proxy", "\($0.uppercased())_PROXY"] }

  // MARK: In the environment of helpers

  private static let prefix = "SYSBUILD_CACHE"
  private static let ofSignature = ["KEY", "SIGNERS"]

  /// The variables that tell a helper of the cache.
  package var variables: [(name: String, value: String)] {
    let files = zip(Self.ofSignature, [signature.key, signature.signers])
    return [(Self.prefix, text), ("\(Self.prefix)_MODE", mode.rawValue)]
      + files.compactMap { name, file in file.map { ("\(Self.prefix)_\(name)", "\($0)") } }
      + environment.map { ("\(Self.prefix)_OF_CURL_\($0.name)", $0.value) }
  }

  /// The cache of which the environment tells, where no program that this one starts finds it any more; nil if it tells of
  /// none.
  package static func taken() -> CachePlace? {
    func value(_ name: String) -> String? {
      Environment.take(Self.prefix + name).map { String(decoding: $0, as: UTF8.self) }
    }
    let environment = ofCurl.compactMap { name in value("_OF_CURL_\(name)").map { (name: name, value: $0) } }
    let files = ofSignature.map { value("_\($0)").map { Path($0) } }
    guard let text = value(""), let mode = value("_MODE").flatMap({ Mode(rawValue: $0) }) else { return nil }
    return CachePlace(
      text, mode: mode, signature: RecordSignature(key: files[0], signers: files[1]), environment: environment)
  }

  private init(
    _ text: String, mode: Mode, signature: RecordSignature, environment: [(name: String, value: String)]
  ) {
    self.text = text
    self.mode = mode
    self.signature = signature
    self.environment = environment
  }

  package var isRead: Bool { mode != .write }
  var isWritten: Bool { mode != .read }

  /// - Parameter scratch: a folder for what is underway.
  func store(scratch: Path) -> any CacheStore {
    if isURL(text) {
      return WebStore(
        url: text, environment: environment.map { "\($0.name)=\($0.value)" } + ["PATH=/usr/bin:/bin"],
        scratch: scratch)
    }
    return FolderStore(folder: Path(text))
  }
}
