import Platform
import TextKit

/// The profiles that `make.profile` reaches through `parent` files, in the order in which Portage stacks
/// them: depth first, parents in file order, a profile after its parents.
///
/// Of the profiles only the parent files are read. After `_addProfile` in
/// `portage/package/ebuild/_config/LocationsManager.py` of 3.0.83. A profile reached twice stands where it
/// was first reached; Portage stacks it twice, which the parent files say too.
struct ProfileStack {
  /// Folders with their links resolved.
  private(set) var profiles: [Path] = []
  /// The parents of each, in the order of its parent file.
  private var parents: [Path: [Path]] = [:]

  private let reader: SourceReader
  private let repositories: Repositories
  /// The profiles whose parents are being followed, the outermost first.
  private var open: [Path] = []
  private var finished: Set<Path> = []

  /// The stack of the profile that `link` is or leads to.
  /// - Throws: `SourceError` that names the file and line of a parent that is missing, empty or circular.
  init(at link: Path, reader: SourceReader, repositories: Repositories) throws {
    self.reader = reader
    self.repositories = repositories
    try add(reader.realPath(link))
  }

  /// The profiles as Portage stacks them, one that is reached twice in each of its places.
  var layers: [Path] {
    // Each path to a profile counts as one, and their number may be exponential.
    let limit = 4096
    var layers: [Path] = []
    func add(_ profile: Path) {
      for parent in parents[profile] ?? [] where layers.count < limit { add(parent) }
      if layers.count < limit { layers.append(profile) }
    }
    if let last = profiles.last { add(last) }
    return layers
  }

  private mutating func add(_ profile: Path, from: (file: String, line: Int)? = nil) throws {
    if let start = open.firstIndex(of: profile), let from {
      let cycle = (open[start...] + [profile]).map(reader.name)
      throw SourceError.parentCycle(from.file, line: from.line, cycle)
    }
    if finished.contains(profile) { return }
    open.append(profile)
    let file = profile / "parent"
    if let bytes = try reader.contents(of: file) {
      let lines = TextLines(bytes).lines
      let name = reader.name(of: file)
      if lines.isEmpty { throw SourceError.emptyParent(name) }
      for line in lines {
        let text = Path(bytes: line.words.joined(separator: [0x20]))
        let parent = try parent(text, of: profile, file: name, line: line.number)
        parents[profile, default: []].append(parent)
        try add(parent, from: (name, line.number))
      }
    }
    open.removeLast()
    finished.insert(profile)
    profiles.append(profile)
  }

  /// The folder that a line of a parent file means.
  private func parent(_ text: Path, of profile: Path, file: String, line: Int) throws -> Path {
    let repository = reader.repository(of: profile)
    let takesColon =
      try repository.map {
        try RepositoryLayout(of: $0.folder, reader: reader).takesColonParents
      } ?? true
    var folder = profile / text
    if !text.isAbsolute, takesColon, let colon = text.bytes.firstIndex(of: UInt8(ascii: ":")) {
      let rest = Path(bytes: text.bytes[(colon + 1)...])
      folder = try base(text, colon, repository?.folder, file, line) / "profiles" / rest
    }
    folder = folder.normalized
    let staysInside = !text.isAbsolute && (repository.map { folder.isInside($0.folder) } ?? false)
    if !staysInside { folder = try reader.realPath(folder) }
    if try reader.kind(of: folder) == .directory { return folder }
    var remedy: String?
    if !takesColon, let repository, text.bytes.contains(UInt8(ascii: ":")) {
      let layout = reader.name(of: repository.folder / "metadata/layout.conf")
      remedy = "for 'REPOSITORY:PROFILE' say 'profile-formats = portage-2' in \(layout)"
    }
    throw SourceError.missingParent(
      file, line: line, text.description, looked: reader.name(of: folder), remedy: remedy)
  }

  /// The repository's folder of a parent with a colon: the profile's own if nothing stands before it.
  private func base(
    _ text: Path, _ colon: Int, _ own: Path?, _ file: String, _ line: Int
  ) throws -> Path {
    if colon == 0 {
      guard let own else {
        throw SourceError.parentOutsideRepository(file, line: line, text.description)
      }
      return own
    }
    let name = printable(text.bytes[..<colon])
    guard let repository = repositories[name] else {
      let hint = suggestion(for: name, among: repositories.all.map(\.name))
      throw SourceError.unknownRepository(file, line: line, text.description, name, hint: hint)
    }
    return repository.path
  }
}
