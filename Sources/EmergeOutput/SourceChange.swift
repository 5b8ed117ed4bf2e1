package import PortageFiles

/// A change of the source tree that a refusal of Portage calls for. Where the line stands is not said here.
package enum SourceChange: Hashable, Sendable {
  /// A line for a file of `etc/portage`, such as package.use.
  ///
  /// - Parameter isOfHost: whether it is about a package of the building machine.
  case configure(_ file: String, line: String, isOfHost: Bool = false)
  /// The line of the variant's package.mask that masks a version is to go.
  case unmask(PackageVersion, isOfHost: Bool = false)
  /// An atom of a set, of which there is no ebuild, is to be one of which there is.
  case correct(atom: String)
  /// An atom of a set is to be another.
  case replace(atom: String, by: String)
  /// The lines of sets that name a package are to go.
  case leaveOut(package: String)
  /// An atom for the set whose packages are built.
  case build(atom: String)
  /// A line for bootstrap.packages.
  case buildFirst(line: String)
  /// The size and digests of a source of a package, for its Manifest.
  case describe(source: String, package: String)
  /// A category that is to be listed.
  case list(category: String)
}

extension SourceChange {
  /// The changes as one list, in which each package has one line in a file.
  package static func joined(_ changes: [SourceChange]) -> [SourceChange] {
    var result: [SourceChange] = []
    for change in changes where !result.contains(change) {
      guard case .configure(let file, let line, let isOfHost) = change else {
        result.append(change)
        continue
      }
      let words = line.split(separator: " ")
      let known = result.firstIndex { other in
        guard case .configure(file, let line, isOfHost) = other else { return false }
        guard let atom = line.split(separator: " ").first, let own = words.first else { return false }
        return atom == own || file == "package.use" && package(of: atom) == package(of: own)
      }
      guard let known, case .configure(_, let other, _) = result[known] else {
        result.append(change)
        continue
      }
      let present = other.split(separator: " ")
      let all = present + words.dropFirst().filter { !present.contains($0) }
      result[known] = .configure(file, line: all.joined(separator: " "), isOfHost: isOfHost)
    }
    return result
  }

  private static func package(of atom: Substring) -> String? { (try? Atom(parsing: atom))?.package }

  /// Whether lines of this list say the opposite of each other.
  package static func contradict(_ changes: [SourceChange]) -> Bool {
    joined(changes).contains { change in
      guard case .configure("package.use", let line, _) = change else { return false }
      let flags = line.split(separator: " ").dropFirst()
      return flags.contains { flags.contains("-" + $0) }
    }
  }
}
