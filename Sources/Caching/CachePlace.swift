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
    environment = Self.passed.compactMap { name in
      Environment.value(name).map { (name, String(decoding: $0, as: UTF8.self)) }
    }
  }

  private static let passed =
    ["HOME", "CURL_HOME", "NETRC", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR"]
    + ["http", "https", "all", "no"].flatMap { ["\($0)_proxy", "\($0.uppercased())_PROXY"] }

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
