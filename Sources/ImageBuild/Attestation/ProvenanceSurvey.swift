import Platform
import PortageFiles
import Stamps
import TextKit

/// Finds out what an image in O was built from.
struct ProvenanceSurvey {
  /// O.
  let build: Path
  /// The source tree.
  let source: Path
  /// The files, and folders of files, of the source tree that the image has as they are.
  let files: [String]
  let commits: SourceCommits
  /// The folder of each repository.
  let repositories: [(name: String, path: Path)]

  /// In the order of the kinds, and of their names.
  func dependencies() throws -> [ProvenanceStatement.Dependency] {
    let resolution = build / "resolution"
    let lists = try ResolvedList.Name.allCases.map { name in
      try ResolvedList(file: Resolution.file(of: name, in: resolution))
    }
    let provenance = try Provenance(file: resolution / Path(Resolution.provenanceName))
    return try checkouts() + sourceFiles() + packages(lists) + Self.sources(lists, provenance)
      + RootToolchains.all(of: build / "rootfs").map(Self.toolchain)
  }

  /// The commits, but for checkouts that have changes which are not committed.
  private func checkouts() throws -> [ProvenanceStatement.Dependency] {
    try commits.entries.compactMap { name, commit in
      let folder = name.isEmpty ? source : repositories.first { $0.name == name }?.path
      // Of the source tree only these have a part in the image.
      let parts = name.isEmpty ? ["hosts", "profiles", "sets", "targets.conf"] : ["."]
      guard let folder, let git = try? Git(in: folder),
        try git.output(
          ["-c", "safe.directory=*", "--no-optional-locks", "status", "--porcelain", "--"] + parts) == ""
      else { return nil }
      return ProvenanceStatement.Dependency(
        name: name.isEmpty ? "the source tree" : "the repository \(name)",
        digests: [.init(algorithm: "gitCommit", value: commit)])
    }
  }

  private func sourceFiles() throws -> [ProvenanceStatement.Dependency] {
    try files.flatMap { try Self.files(in: Path($0), of: source) }.map { name in
      let digest = try SHA256.digest(ofFile: source / name, followingLinks: true)
      return ProvenanceStatement.Dependency(
        name: printable(name.bytes), digests: [.init(algorithm: "sha256", value: digest.hex)])
    }
  }

  /// The regular files below a path, or the file that it is.
  private static func files(in name: Path, of source: Path) throws -> [Path] {
    switch try FileStatus(source / name).kind {
    case .directory:
      try Directory.entries(of: source / name).map(\.name).sorted().flatMap {
        try files(in: name / $0, of: source)
      }
    case .file: [name]
    default: []
    }
  }

  private func packages(_ lists: [ResolvedList]) -> [ProvenanceStatement.Dependency] {
    let all = lists.flatMap { list in
      list.members.map { member -> ProvenanceStatement.Dependency in
        let package = member.package
        return ProvenanceStatement.Dependency(
          uri: package.id.url,
          digests: [
            .init(
              algorithm: ProvenanceStatement.listing, value: Listing(list.ingredients(of: member)).digest.hex)
          ],
          annotations: [.init(name: "repository", value: package.repository)])
      }
    }
    return Set(all).sorted { ($0.uri, $0.digests[0].value) < ($1.uri, $1.digests[0].value) }
  }

  private static func sources(
    _ lists: [ResolvedList], _ provenance: Provenance
  ) -> [ProvenanceStatement.Dependency] {
    let all = lists.flatMap(\.members).flatMap { member in
      member.package.sources.map { source in
        ProvenanceStatement.Dependency(
          name: source.name, uri: provenance.uri(of: source.name, of: member.package.id) ?? "",
          digests: source.digests.compactMap { text in
            let words = text.split(separator: " ").map(String.init)
            return words.count == 2 ? .init(algorithm: words[0].lowercased(), value: words[1]) : nil
          })
      }
    }
    return Set(all).filter { !$0.uri.isEmpty || !$0.digests.isEmpty }.sorted {
      ($0.name, $0.uri) < ($1.name, $1.uri)
    }
  }

  /// - Parameter text: of `EmergeStage.toolchainText`.
  private static func toolchain(_ text: String) -> ProvenanceStatement.Dependency {
    let parts = text.split(separator: ", ").map(String.init)
    return ProvenanceStatement.Dependency(
      name: parts.dropLast().joined(separator: ", "),
      digests: parts.suffix(1).map { .init(algorithm: ProvenanceStatement.listing, value: $0) })
  }
}

extension PackageVersion {
  /// A package URL: `pkg:ebuild/sys-libs/pam@1.5.3-r1`.
  var url: String {
    func encoded(_ text: String) -> String {
      text.utf8.map { byte in
        let character = Character(Unicode.Scalar(byte))
        let isPlain = byte < 0x80 && (character.isLetter || character.isNumber || "-._~".contains(character))
        return isPlain
          ? String(character) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      }.joined()
    }
    return "pkg:ebuild/\(encoded(category))/\(encoded(name))@\(encoded(version))"
  }
}
