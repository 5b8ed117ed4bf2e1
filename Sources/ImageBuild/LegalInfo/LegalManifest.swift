import TextKit

/// The table of all packages, in CSV (RFC 4180).
struct LegalManifest {
  struct Row {
    let package: LegalPackage
    /// Paths in the folder.
    var licenseFiles: [String] = []
    var sources: [String] = []
    var patches = 0

    init(_ package: LegalPackage) { self.package = package }

    var fields: [String] {
      var uris: [String] = []
      for source in package.sources where !source.uri.isEmpty && !uris.contains(source.uri) {
        uris.append(source.uri)
      }
      return [
        package.name, package.version, package.part.rawValue, package.license,
        licenseFiles.joined(separator: " "), sources.joined(separator: " "),
        uris.isEmpty ? package.homepage : uris.joined(separator: " "), "\(patches)",
      ]
    }
  }

  private static let header = [
    "package", "version", "part", "licence", "licence files", "sources", "upstream", "patches",
  ]

  let rows: [Row]

  var text: String {
    ([Self.header] + rows.map(\.fields))
      .map { $0.map(Self.quoted).joined(separator: ",") + "\r\n" }.joined()
  }

  private static func quoted(_ field: String) -> String {
    field.utf8.contains { ",\"\r\n".utf8.contains($0) }
      ? "\"\(field.replacing("\"", with: "\"\""))\"" : field
  }
}
