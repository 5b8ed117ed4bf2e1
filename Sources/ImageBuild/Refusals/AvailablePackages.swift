import Platform
import PortageFiles
import TextKit

/// What the repositories have, by the names of their folders and ebuilds.
struct AvailablePackages {
  private let repositories: [Repository]

  init(_ repositories: [Repository]) { self.repositories = repositories }

  func repositories(with category: String) -> [Repository] {
    repositories.filter { File.isDirectory($0.path / category) }
  }

  /// The versions of `category/name`, the newest first.
  func versions(of package: String) -> [String] {
    let name = package.split(separator: "/").last ?? ""
    let found = repositories.flatMap { names(in: $0.path / package) }.compactMap { file -> String? in
      guard file.hasPrefix(name + "-"), file.hasSuffix(".ebuild") else { return nil }
      let version = file.dropFirst(name.count + 1).dropLast(".ebuild".count)
      return AtomGrammar.isVersion(version.utf8) ? String(version) : nil
    }
    return Set(found).sorted { VersionOrder.compare($0, $1) == .newer }
  }

  /// Where the ebuild of a version may lie.
  func ebuilds(of version: PackageVersion) -> [Path] {
    repositories.map { $0.path / version.package / "\(version.name)-\(version.version).ebuild" }
      .filter(File.exists)
  }

  /// The atoms that were probably meant by one of which there is no ebuild.
  func alternatives(to text: String) -> [String] {
    guard let atom = try? Atom(parsing: text) else { return [] }
    let versions = versions(of: atom.package)
    if let newest = versions.first {
      guard let version = atom.version else { return [atom.package] }
      let start = text.prefix { "<>=~".contains($0) }
      // Of a mistake in the version the nearest is meant; what lies in the future may be the newest.
      let near = suggestion(for: version, among: versions) ?? newest
      return [start.hasPrefix("<") ? atom.package : "\(start)\(atom.package)-\(near)"]
    }
    let all = packages
    let elsewhere = all.filter { $0.hasSuffix("/\(atom.name)") }
    let near = suggestion(for: atom.package, among: all)
    return elsewhere + [near].compactMap(\.self).filter { !elsewhere.contains($0) }
  }

  /// All names, `category/name`.
  private var packages: [String] {
    let notCategories: Set = ["eclass", "licenses", "metadata", "profiles", "scripts"]
    return repositories.flatMap { repository in
      names(in: repository.path).filter { !notCategories.contains($0) && !$0.hasPrefix(".") }.flatMap {
        category in
        names(in: repository.path / category).filter { File.isDirectory(repository.path / category / $0) }
          .map { "\(category)/\($0)" }
      }
    }
  }

  private func names(in folder: Path) -> [String] {
    ((try? Directory.entries(of: folder)) ?? []).compactMap(\.name.string).sorted()
  }
}
