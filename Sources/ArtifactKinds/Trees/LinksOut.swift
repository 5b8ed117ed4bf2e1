import BuildSettings
import Platform
import PortageFiles
import Stamps

/// What the symbolic links in a tree lead to, where that lies outside it or in what is left out of it: to `tree:` a link
/// is what it says, but who reads the tree, as Portage reads a repository, goes where it leads.
///
/// Keys are the links' paths in the tree; below a link to a folder, with all that lies there, are paths behind it. A
/// link that leads nowhere, to a folder around the tree or around one that was followed, or to what has no content, is
/// an entry that says so.
struct LinksOut {
  let tree: FileIndex.Subject
  private let excluding: [String]

  init(_ path: Path, excluding: [String]) {
    tree = FileIndex.Subject(path, .tree(excluding: excluding))
    self.excluding = excluding
  }

  /// A tree whose links are to be followed, and what its paths are called.
  private struct Folder {
    let subject: FileIndex.Subject
    let name: Path
    let real: Path
    let exclusions: Exclusions
  }

  /// - Parameter index: has looked at `tree`.
  /// - Returns: nil if the tree is missing.
  func listing(_ index: FileIndex, _ reader: SourceReader) throws -> Listing? {
    guard index.observation(tree) != nil else { return nil }
    // What a link leads to takes the place of the link itself, which is part of a folder that was followed.
    var values: [[UInt8]: [UInt8]] = [:]
    var folders = [
      Folder(
        subject: tree, name: "", real: try reader.realPath(tree.path), exclusions: Exclusions(excluding))
    ]
    var next = 0
    while next < folders.count {
      let folder = folders[next]
      next += 1
      for (name, target) in index.links(of: folder.subject) {
        let path = folder.subject.path / name
        if try Self.staysInside(name, target, folder, folders, reader) { continue }
        let key = (folder.name / name).bytes
        let status = try reader.status(of: path)
        switch status?.kind {
        case .file:
          let file = FileIndex.Subject(path, .file)
          try index.refresh([file])
          guard let seen = index.observation(file) else { continue }
          values[key] = Array("\(seen.isExecutable ? "exec" : "file") \(seen.digest.hex)".utf8)
        case .directory:
          let real = try reader.realPath(path)
          if folders.contains(where: { $0.real.isInside(real) }) {
            values[key] = Array("a folder around it".utf8)
            continue
          }
          // What is left out anywhere is left out here, too; a path from the tree's root means nothing here.
          let names = excluding.filter { !$0.utf8.contains(UInt8(ascii: "/")) }
          let subject = FileIndex.Subject(path, .tree(excluding: names))
          try index.refresh([subject])
          values[key] = Array("dir".utf8)
          for entry in index.listing(subject)?.entries ?? [] {
            values[key + [UInt8(ascii: "/")] + entry.key] = entry.value
          }
          folders.append(
            Folder(subject: subject, name: folder.name / name, real: real, exclusions: Exclusions(names)))
        case let kind?: values[key] = Array(kind.name.utf8)
        case nil: values[key] = Array("nothing".utf8)
        }
      }
    }
    return Listing(values.map { Listing.Entry(key: $0.key, value: $0.value) })
  }

  /// Whether a link leads to what is looked at anyway: in its own folder, or in one that was followed before.
  private static func staysInside(
    _ name: Path, _ target: Path, _ folder: Folder, _ folders: [Folder], _ reader: SourceReader
  ) throws -> Bool {
    // Nearly all links are of this form, and tell by themselves.
    if !target.isAbsolute, !target.components.drop(while: { $0 == ".." }).contains("..") {
      let place = (name.parent / target).normalized
      if place.components.first != ".." { return !folder.exclusions.contain(place) }
    }
    let real = try reader.realPath(folder.subject.path / name)
    return folders.contains { other in
      real.relative(to: other.real).map { !other.exclusions.contain($0) } ?? false
    }
  }
}

extension LinksOut {
  /// The places outside the tree that links in it lead to, found without an index.
  func places(_ reader: SourceReader) throws -> [Path] {
    var places: [Path] = []
    var pending: [Path] = [""]
    let exclusions = Exclusions(excluding)
    let real = try reader.realPath(tree.path)
    while let name = pending.popLast() {
      for (inner, kind) in (try? Directory.entries(of: tree.path / name)) ?? [] {
        let below = name / inner
        if exclusions.contain(below) { continue }
        if kind == .directory { pending.append(below) }
        guard kind == .symbolicLink else { continue }
        let place = try reader.realPath(tree.path / below)
        let isOut = place.relative(to: real).map { exclusions.contain($0) } ?? true
        if isOut, !real.isInside(place) { places.append(place) }
      }
    }
    return places
  }
}
