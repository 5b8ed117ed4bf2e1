package import Platform
import PortageFiles
import Stamps

/// The parts of an ebuild repository that count for an image.
package struct RepositoryParts {
  /// What is looked at as a whole.
  struct Part {
    /// Its path in the repository.
    let name: Path
    let subject: FileIndex.Subject
  }

  let repository: Path
  let all: [Part]
  /// The packages that count, `category/name`; nil for all.
  private let asked: Set<Path>?

  /// The file that names the packages that count, one on each line.
  package static func asked(in build: Path) -> Path { build / askedName }
  /// Relative to O.
  package static let askedName: Path = "resolution/asked"

  /// The packages that count, `category/name`; nil for all.
  ///
  /// - Parameter build: O.
  package static func packages(in build: Path) -> Set<String>? {
    (try? File.read(asked(in: build))).map { text in
      Set(String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init))
    }
  }

  /// Writes which packages count.
  package static func keep(_ packages: [String], in build: Path) throws {
    let text = packages.map { $0 + "\n" }.joined()
    try AtomicFile.write(Array(text.utf8), to: asked(in: build), durable: false)
  }

  /// Makes all packages count.
  package static func forgetPackages(in build: Path) throws {
    try File.remove(asked(in: build), missingIsFine: true)
  }

  /// Changed by each synchronisation, and read by nothing that matters here.
  private static let unread = [".git"] + ["glsa", "md5-cache", "news"].map { "metadata/\($0)" }
  /// What is no package.
  private static let others: [Path] = ["eclass", "licenses", "metadata", "profiles", "scripts", ".git"]
  /// The files of `metadata` that count: what a repository is like, and what licences are called elsewhere.
  private static let metadata: [Path] = ["metadata/layout.conf", "metadata/license-mapping.conf"]

  /// - Parameter asked: the file that names the packages that count.
  init(_ repository: Path, asked file: Path, _ recorder: ReadRecorder) {
    self.repository = repository
    guard recorder.exists(file), let text = try? recorder.content(of: file) else {
      asked = nil
      all = [Part(name: "", subject: Self.whole(repository))]
      return
    }
    let packages = text.split(separator: 0x0A).map { Path(bytes: Array($0)) }
    asked = Set(packages)
    let folder = repository / "profiles"
    let profiles = ((try? recorder.entries(of: folder)) ?? []).map(\.name).map { name in
      (name: name, isFolder: (try? recorder.status(of: folder / name))?.kind == .directory)
    }.filter { Self.isGeneral($0.name, isFolder: $0.isFolder) }
    let trees = packages + ["eclass", "licenses"] + profiles.filter(\.isFolder).map { "profiles" / $0.name }
    let files = Self.metadata + profiles.filter { !$0.isFolder }.map { "profiles" / $0.name }
    all =
      trees.map { Part(name: $0, subject: FileIndex.Subject(repository / $0, .tree(excluding: []))) }
      + files.map { Part(name: $0, subject: FileIndex.Subject(repository / $0, .file)) }
  }

  /// What is looked at as long as all packages count.
  private static func whole(_ repository: Path) -> FileIndex.Subject {
    FileIndex.Subject(repository, .tree(excluding: unread))
  }

  /// Whether an entry of `profiles` concerns every profile, and not the one that is in it.
  private static func isGeneral(_ name: Path, isFolder: Bool) -> Bool {
    !isFolder || name == "updates" || ConfigurationSyntax.profileNames.contains(name)
  }

  /// Whether a path in the repository counts.
  func contain(_ path: Path) -> Bool {
    guard let first = path.components.first else { return true }
    switch first {
    case "eclass", "licenses": return true
    case "profiles":
      guard path.components.count > 1 else { return true }
      return path.components.count == 2 || Self.isGeneral(path.components[1], isFolder: true)
    case _ where Self.others.contains(first): return Self.metadata.contains(path) || path == "metadata"
    default:
      guard let package = Self.package(path) else {
        return asked == nil || asked?.contains { $0.isInside(path) } ?? false
      }
      if Self.isUnreadInPackage(path) { return false }
      return asked?.contains(package) ?? true
    }
  }

  /// `category/name` of a path in the folder of a package.
  private static func package(_ path: Path) -> Path? {
    let components = path.components
    guard components.count >= 2, !others.contains(components[0]) else { return nil }
    return components[0] / components[1]
  }

  private static func isUnreadInPackage(_ path: Path) -> Bool {
    path.components.count == 3 && ["ChangeLog", "metadata.xml"].contains(path.components[2])
  }

  /// An entry for each path that counts. A link that leads out of its part has the entry of what it leads to, with what
  /// lies below that.
  ///
  /// - Parameter index: has looked at the parts.
  func listing(_ index: FileIndex, _ reader: SourceReader) throws -> Listing {
    // It is most of an index, and each run would read it.
    if asked != nil { index.forget(Self.whole(repository)) }
    var entries: [Listing.Entry] = []
    for part in all {
      guard let seen = index.observation(part.subject) else { continue }
      guard case .tree(let excluding) = part.subject.kind else {
        entries.append(
          Listing.Entry("\(part.name)", "\(seen.isExecutable ? "exec" : "file") \(seen.digest.hex)"))
        continue
      }
      var found: [Listing.Entry] = []
      if !index.links(of: part.subject).isEmpty {
        let links = LinksOut(part.subject.path, excluding: excluding)
        found += try links.listing(index, reader)?.entries ?? []
      }
      found += index.listing(part.subject)?.entries ?? []
      if part.name != "" { entries.append(Listing.Entry("\(part.name)", "dir")) }
      entries += found.map { entry in
        Listing.Entry(key: (part.name / Path(bytes: entry.key)).bytes, value: entry.value)
      }
    }
    return Listing(entries.filter { isCounted($0) })
  }

  private func isCounted(_ entry: Listing.Entry) -> Bool {
    let path = Path(bytes: entry.key)
    // Of folders of profiles it counts only what is in them; categories are folders of packages.
    let isFolder = entry.value.elementsEqual("dir".utf8)
    if isFolder, path.components.count < 2 || path.components[0] == "profiles" { return false }
    return path.components.count > 1 && contain(path)
  }

  /// Whether two listings differ only in that the later one, which is about the packages that count now, is about other
  /// packages. If all packages count, the resolver could not say which do, and any difference is one.
  func isEqual(_ before: Listing, _ now: Listing) -> Bool {
    guard let asked else { return before.digest == now.digest }
    let known = Set(before.entries.compactMap { Self.package(Path(bytes: $0.key)) })
    func common(_ listing: Listing) -> [Listing.Entry] {
      listing.entries.filter { entry in
        guard let package = Self.package(Path(bytes: entry.key)) else { return true }
        return known.contains(package) && asked.contains(package)
      }
    }
    return Listing(common(before)).digest == Listing(common(now)).digest
  }

  /// The places outside their parts to which links lead.
  func placesBehindLinks(_ reader: SourceReader) throws -> [Path] {
    try all.flatMap { part -> [Path] in
      guard case .tree(let excluding) = part.subject.kind else { return [] }
      return try LinksOut(part.subject.path, excluding: excluding).places(reader)
    }
  }
}
