import Platform
import PortageFiles

/// The licences of repositories: what SPDX calls them, by `metadata/license-mapping.conf`, and what they say, by
/// `licenses`. The first repository that knows one decides.
struct RepositoryLicenses {
  private let repositories: [Repository]
  /// The names in SPDX of each licence, in the order of the file.
  private var names: [String: [String]] = [:]

  init(_ repositories: Repositories) throws {
    self.repositories = repositories.all
    for repository in self.repositories {
      let file = repository.path / "metadata/license-mapping.conf"
      guard File.exists(file) else { continue }
      let found = Self.names(in: String(decoding: try File.read(file), as: UTF8.self))
      names.merge(found) { first, _ in first }
    }
  }

  subscript(name: String) -> Provenance.License {
    if let identifier = names[name].flatMap(Self.best) { return .spdx(identifier) }
    let texts = repositories.lazy.compactMap { try? File.read($0.path / "licenses" / name) }
    return .text(texts.first.map { String(decoding: $0, as: UTF8.self) } ?? "")
  }

  /// Reads lines `SPDX-NAME = NAME`. Such as stand for several licences are no names of one.
  private static func names(in text: String) -> [String: [String]] {
    var names: [String: [String]] = [:]
    for line in text.split(separator: "\n") where !line.hasPrefix("#") && !line.hasPrefix("[") {
      let parts = line.split(separator: "=", maxSplits: 1).map { $0.split(separator: " ") }
      guard parts.count == 2, parts[1].count == 1, !parts[0].isEmpty else { continue }
      names[String(parts[1][0]), default: []].append(parts[0].joined(separator: " "))
    }
    return names
  }

  /// Of several names the one that is neither deprecated, such as `GPL-2.0`, nor says more than the licence does, such as
  /// `GFDL-1.1-invariants-only`.
  private static func best(_ names: [String]) -> String? {
    let plain = names.filter { !$0.contains("invariants") }
    let exact = plain.filter { $0.contains("-only") || $0.contains("-or-later") }
    let candidates = exact.isEmpty ? plain : exact
    return candidates.min { $0.utf8.count < $1.utf8.count }
  }
}
