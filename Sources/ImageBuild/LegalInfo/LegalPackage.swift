import Platform
import PortageFiles
import TextKit

/// A package of the image, or one that only its build needs, with what its licence may oblige to pass on.
struct LegalPackage {
  /// What it is there for.
  enum Part: String, CaseIterable {
    case image
    /// It is in the sysroot, and what is in the image was built against it.
    case build

    /// The folder for the sources.
    var folder: Path { self == .image ? "sources" : "build-sources" }
  }

  struct Source: Hashable {
    let name: String
    /// `SHA512 0123…`, each digest that the Manifest has; empty if there is no Manifest.
    let digests: [String]
    /// Empty if the ebuild does not say.
    let uri: String
  }

  struct Patch: Hashable {
    let name: String
    /// Nil if it is in a source.
    let file: Path?
  }

  let part: Part
  /// `category/name`, or `linux`.
  let name: String
  let version: String
  /// LICENSE with these USE flags, `|| ( BSD GPL-2 )`.
  var license = ""
  /// The names in it.
  var licenses: [String] = []
  var homepage = ""
  var sources: [Source] = []
  /// In the order in which they are applied; nil if that is not known.
  var patches: [Patch]? = []
  /// Absolute; nil for the kernel.
  var ebuild: Path?
  /// The words of RESTRICT.
  var restrictions: [String] = []
  /// Whether it downloads its source in its own phases.
  var isLive = false
  /// Whether it installs files of the compiler that the machine has.
  var usesToolchain = false
  /// Files of the source tree that it is made from, relative to that.
  var files: [Path] = []
  /// The folder of this machine that its source is in.
  var checkout: Path?

  /// `sys-libs/pam-1.5.3`.
  var id: String { version.isEmpty ? name : "\(name)-\(version)" }
  /// Its folder for sources, in the whole.
  var folder: Path { part.folder / id }

  /// The word of RESTRICT that forbids to pass its sources on.
  var restriction: String? { ["fetch", "mirror"].first(where: restrictions.contains) }
}

extension LegalPackage {
  /// Joins what the resolution knows with what the program `legal-info` says; nil if that is something else.
  init?(_ package: ResolvedPackage, _ part: Part, _ json: JSON) {
    guard let license = json["license"]?.text, let licenses = json["licenses"]?.texts,
      let ebuild = json["ebuild"]?.text, let restrictions = json["restrict"]?.texts,
      let sources = json["sources"]?.elements
    else { return nil }
    let uris = Dictionary(sources.map { ($0["name"]?.text ?? "", $0["uri"]?.text ?? "") }) { first, _ in first }
    self.init(part: part, name: package.package, version: package.version)
    self.license = license
    self.licenses = licenses
    homepage = json["homepage"]?.text ?? ""
    self.sources = package.sources.map {
      Source(name: $0.name, digests: $0.digests, uri: uris[$0.name] ?? "")
    }
    patches =
      json["patches"] == .null
      ? nil
      : (json["patches"]?.elements ?? []).map {
        Patch(name: $0["name"]?.text ?? "", file: $0["file"]?.text.map { Path($0) })
      }
    self.ebuild = Path(ebuild)
    self.restrictions = restrictions
    isLive = json["isLive"] == .bool(true)
    usesToolchain = json["usesToolchain"] == .bool(true)
    checkout = json["checkout"]?.text.map { Path($0) }
  }
}
