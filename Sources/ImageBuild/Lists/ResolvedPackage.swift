import PortageFiles
import Stamps
import TextKit

/// A package as the resolution chose it, with what only Portage knows about a build of it.
struct ResolvedPackage: VersionedPackage, Hashable {
  /// A file that the build unpacks.
  struct Source: Hashable {
    let name: String
    /// Bytes; 0 if the Manifest does not say.
    let size: Int
    /// `SHA512 0123…`, each digest that the Manifest has.
    let digests: [String]
  }

  let id: PackageVersion
  /// The slot without the sub-slot.
  let slot: String
  let subslot: String
  let repository: String
  /// The enabled USE flags among those that the package has, ordered by their bytes.
  let use: [String]
  /// The names of the eclasses that it inherits, directly or through others.
  let eclasses: [String]
  /// What its `:=` dependencies stand for, `dev-libs/openssl:0/3`. A new sub-slot of these wants a new build.
  let bound: [String]
  /// The packages whose files a build of it finds in the sysroot, without the C library.
  var against: [Against]
  let sources: [Source]

  /// `category/name:slot`, which no two packages of a root share.
  var place: String { "\(package):\(slot)" }

  /// A build of it, of no time.
  var build: PackageBuild { PackageBuild(id: id, slot: slot, repository: repository, time: 0) }

  /// The atom that stands for this package and no other, or, for a binary package, for one of any repository.
  func atom(ofBinary isBinary: Bool) -> String {
    "=\(versionedName):\(slot)" + (isBinary ? "" : "::\(repository)")
  }

  /// The slot as Portage's database has it: `0`, `0/2.70`.
  var fullSlot: String { slot == subslot ? slot : "\(slot)/\(subslot)" }
}

extension ResolvedPackage {
  /// Reads what the program `resolve` says of a package; nil if it is something else.
  init?(_ json: JSON) {
    guard let name = json["name"]?.text, let version = json["version"]?.text,
      let id = PackageVersion("\(name)-\(version)"), let slot = json["slot"]?.text,
      let subslot = json["subslot"]?.text, let repository = json["repository"]?.text,
      let use = json["use"]?.texts, let eclasses = json["eclasses"]?.texts, let bound = json["bound"]?.texts,
      let against = json["against"]?.texts,
      case .array(let sources)? = json["sources"]
    else { return nil }
    self.init(
      id: id, slot: slot, subslot: subslot, repository: repository, use: use, eclasses: eclasses, bound: bound,
      against: against.map { Against($0) }, sources: sources.compactMap(Source.init))
    if self.sources.count != sources.count { return nil }
  }
}

extension ResolvedPackage.Source {
  init?(_ json: JSON) {
    guard let name = json["name"]?.text, let size = json["size"]?.integer, let digests = json["digests"]?.texts
    else { return nil }
    self.init(name: name, size: size, digests: digests)
  }
}

extension JSON {
  /// The elements of an array of texts.
  var texts: [String]? {
    guard case .array(let elements) = self else { return nil }
    let texts = elements.compactMap(\.text)
    return texts.count == elements.count ? texts : nil
  }
}
