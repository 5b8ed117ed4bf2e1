import Platform
import TextKit

/// Atoms of a repository, `app-misc/leaf::private`, in the files of a configuration.
extension ConfigurationWalk {
  /// Refuses atoms of a repository that is not there. Portage reads such a line, and nothing ever matches it: it compares
  /// the name of a repository, which is never an alias (`match_from_list` in `portage/dep` of 3.0.83).
  ///
  /// Profiles of repositories outside the source tree are not the user's, and may name what only others have.
  func checkRepositories(_ bytes: [UInt8], of path: Path, isProfiles: Bool) throws {
    let colons = Array("::".utf8)
    guard bytes.firstRange(of: colons) != nil, !isProfiles || reader.isInSourceTree(path) else { return }
    for line in TextLines(bytes).lines {
      let atom = line.words[0]
      let end = atom.firstIndex(of: UInt8(ascii: "[")) ?? atom.endIndex
      guard let place = atom[..<end].firstRange(of: colons),
        atom[..<place.lowerBound].contains(UInt8(ascii: "/")),
        AtomGrammar.isRepository(atom[place.upperBound..<end])
      else { continue }
      let name = String(decoding: atom[place.upperBound..<end], as: UTF8.self)
      let names = repositories.all.map(\.name)
      if names.contains(name) { continue }
      throw SourceError.atomOfUnknownRepository(
        reader.name(of: path), line: line.number, printable(line.words[0]), name,
        hint: repositories[name]?.name ?? suggestion(for: name, among: names))
    }
  }
}
