import Platform
import PortageFiles
import Stamps
import TextKit

/// What only the repositories know of the packages of an image, for its bill of materials: where sources come from, and
/// what licences are called elsewhere.
///
/// It is stored as a listing:
///
///     source CATEGORY/NAME-VERSION FILE   https://example.org/FILE
///     licence GPL-2+ spdx                 GPL-2.0-or-later
///     licence own text                    what the licence says, if it has no name in SPDX
struct Provenance {
  /// What the program `resolve` says of a package.
  struct Facts {
    let id: PackageVersion
    /// The names of its licences with these USE flags.
    let licenses: [String]
    /// The URI of each file; empty if the ebuild does not say.
    let uris: [String: String]
  }

  enum License: Hashable {
    /// An identifier of SPDX, which may be `… WITH …`.
    case spdx(String)
    /// The text; empty if no repository has it.
    case text(String)
  }

  private(set) var licenses: [String: License] = [:]
  private var uris: [String: String] = [:]

  /// - Parameter license: tells what a licence is.
  init(_ facts: [Facts], license: (String) -> License) {
    for package in facts {
      for (name, uri) in package.uris where !uri.isEmpty { uris["\(package.id) \(name)"] = uri }
      for name in package.licenses where licenses[name] == nil { licenses[name] = license(name) }
    }
  }

  /// Where a file comes from, if that is known.
  func uri(of source: String, of package: PackageVersion) -> String? { uris["\(package) \(source)"] }

  // MARK: The stored form

  private static let source = "source "
  private static let license = "licence "
  private static let spdx = " spdx"
  private static let text = " text"

  var listing: Listing {
    Listing(
      uris.map { Listing.Entry(Self.source + $0, $1) }
        + licenses.map { name, license in
          switch license {
          case .spdx(let identifier): Listing.Entry(Self.license + name + Self.spdx, identifier)
          case .text(let text): Listing.Entry(Self.license + name + Self.text, text)
          }
        })
  }

  /// Reads the file in the folder of a resolution.
  ///
  /// - Throws: `UserError` if it is missing or is something else.
  init(file: Path) throws {
    guard let listing = Listing(stored: try File.read(file)) else { throw UserError.noList(file) }
    for entry in listing.entries {
      let key = String(decoding: entry.key, as: UTF8.self)
      let value = String(decoding: entry.value, as: UTF8.self)
      if key.hasPrefix(Self.source) {
        uris[String(key.dropFirst(Self.source.count))] = value
      } else if key.hasPrefix(Self.license) {
        let name = String(key.dropFirst(Self.license.count).dropLast(Self.spdx.count))
        licenses[name] = key.hasSuffix(Self.spdx) ? .spdx(value) : .text(value)
      }
    }
  }
}

extension Provenance.Facts {
  /// Reads what the program `resolve` says of a package; nil if it is something else.
  init?(_ json: JSON) {
    guard let name = json["name"]?.text, let version = json["version"]?.text,
      let id = PackageVersion("\(name)-\(version)"), let licenses = json["licenses"]?.texts,
      case .array(let sources)? = json["sources"]
    else { return nil }
    let uris = sources.compactMap { source -> (String, String)? in
      guard let name = source["name"]?.text, let uri = source["uri"]?.text else { return nil }
      return (name, uri)
    }
    if uris.count != sources.count { return nil }
    self.init(id: id, licenses: licenses, uris: Dictionary(uris) { first, _ in first })
  }
}
