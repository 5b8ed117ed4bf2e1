import Glibc
import Platform
import Stamps
import TextKit

/// A cache behind a URL, in the HTTP protocol of Bazel's remote caches: GET, HEAD and PUT of `URL/ac/<key>` and
/// `URL/cas/<digest>`.
///
/// curl is the client. It finds credentials, certificates and proxies where it always does: in the user's `.netrc` and
/// `.curlrc`, and in the environment. A password in the URL would show in the list of processes, so there must be none.
struct WebStore: CacheStore {
  let url: String
  /// The environment of curl.
  let environment: [String]
  /// For what is underway, in O.
  let scratch: Path

  /// A connection that is not made in this time, or that carries less than a byte a second for so long, is given up, in
  /// seconds.
  private static let patience = 20

  func value(of key: Digest) throws -> [UInt8]? {
    let file = scratch / Path("\(key.hex).value")
    defer { try? File.remove(file, missingIsFine: true) }
    guard try get("ac/\(key.hex)", to: file, most: largestValue) else { return nil }
    return try File.read(file)
  }

  func setValue(_ bytes: [UInt8], of key: Digest) throws {
    let file = scratch / Path("\(key.hex).new")
    defer { try? File.remove(file, missingIsFine: true) }
    try File.write(bytes, to: file)
    try put(file, "ac/\(key.hex)")
  }

  func has(_ digest: Digest) throws -> Bool {
    try answer(["--head", "--output", "/dev/null"], "cas/\(digest.hex)")
  }

  func copy(_ digest: Digest, to file: Path) throws -> Bool { try get("cas/\(digest.hex)", to: file) }

  func keep(_ file: Path, as digest: Digest) throws { try put(file, "cas/\(digest.hex)") }

  private func get(_ name: String, to file: Path, most: Int? = nil) throws -> Bool {
    try answer(["--output", "\(file)"] + (most.map { ["--max-filesize", "\($0)"] } ?? []), name)
  }

  private func put(_ file: Path, _ name: String) throws {
    if try !answer(["--upload-file", "\(file)", "--output", "/dev/null"], name) {
      throw UserError("the server has no folder for \(name)")
    }
  }

  /// - Returns: whether the server has what is named (404 means no).
  private func answer(_ options: [String], _ name: String) throws -> Bool {
    guard let curl = ProgramSearch.find("curl", in: Self.path, from: "/") else {
      throw UserError("curl is not installed, which a cache behind a URL needs")
    }
    let words =
      [
        "curl", "--silent", "--show-error", "--location", "--fail", "--netrc-optional", "--connect-timeout",
        "\(Self.patience)", "--speed-time", "\(Self.patience)", "--speed-limit", "1", "--write-out",
        "%{stderr}\n%{http_code}",
      ] + options + ["--", "\(url.hasSuffix("/") ? url : url + "/")\(name)"]
    let (output, status) = try ProgramOutput.ofBothStreams(
      curl, words, environment: environment, directory: "/")
    let lines = String(decoding: output, as: UTF8.self).split(separator: "\n")
    if status.isSuccess { return true }
    if lines.last == "404" { return false }
    throw UserError(lines.dropLast().last { $0.hasPrefix("curl:") }.map(String.init) ?? "curl failed")
  }

  private static let path = "/usr/local/bin:/usr/bin:/bin"
}
