import Platform
import PortageFiles
import TextKit

/// Puts the sources, patches and licences of packages into a folder, and notes what cannot be had.
struct LegalCollection {
  let folder: Path
  /// DISTDIR.
  let downloads: Path
  let repositories: [Repository]
  let check: SourceCheck
  private(set) var missing: Set<MissingItem> = []
  private(set) var rows: [LegalManifest.Row] = []
  /// Where in the folder each source is, by its name.
  private(set) var sources: [String: Path] = [:]

  init(_ folder: Path, downloads: Path, repositories: [Repository], for packages: [LegalPackage]) throws {
    self.folder = folder
    self.downloads = downloads
    self.repositories = repositories
    check = try SourceCheck(
      packages.flatMap(\.sources).map { (path: downloads / $0.name, digests: $0.digests) })
  }

  mutating func add(_ package: LegalPackage) throws {
    var row = LegalManifest.Row(package)
    row.sources = try addSources(of: package) + package.files.map { "\(RebuildFolder.source / $0)" }
    row.patches = try addPatches(of: package)
    if let ebuild = package.ebuild { try addRecipe(ebuild, of: package) }
    if let checkout = package.checkout { row.sources.append(try addCheckout(checkout, of: package)) }
    row.licenseFiles = try addLicenses(of: package)
    row.licenseFiles += try LicenseTexts(folder).add(
      of: package, from: package.sources.compactMap { self.sources[$0.name] })
    rows.append(row)
  }

  mutating func note(_ package: String, _ what: String, _ why: String) {
    missing.insert(MissingItem(package: package, what: what, why: why))
  }

  // MARK: Sources

  private mutating func addSources(of package: LegalPackage) throws -> [String] {
    var placed: [String] = []
    for source in package.sources {
      if let problem = problem(of: source, package) {
        note(package.id, "source \(source.name)", problem)
        continue
      }
      let place = package.folder / source.name
      try Self.place(downloads / source.name, at: folder / place)
      // A file that several packages have is in the place of the first.
      if sources[source.name] == nil { sources[source.name] = place }
      placed.append("\(place)")
    }
    if package.isLive {
      note(package.id, "source", "its ebuild downloads it in a phase of its own (PROPERTIES=live)")
    }
    if package.usesToolchain, package.part == .image {
      note(
        package.id, "source",
        "its files are those of the compiler and C library of the machine that builds: see \(RebuildFolder.tools)"
      )
    }
    if package.restrictions.contains("bindist") {
      note(package.id, "permission", "RESTRICT=bindist: what is built from it may not be passed on")
    }
    return placed
  }

  /// Why a source is not passed on; nil if it is.
  private func problem(of source: LegalPackage.Source, _ package: LegalPackage) -> String? {
    if let word = package.restriction {
      let place = source.uri.isEmpty ? package.homepage : source.uri
      return "RESTRICT=\(word): it may not be passed on; \(place) has it"
    }
    let file = downloads / source.name
    if !File.exists(file) { return "it is not in DISTDIR: 'sysbuild fetch' downloads it" }
    return source.digests.isEmpty || check.isRight(file, source.digests)
      ? nil : "the file in DISTDIR is not the one of the Manifest: remove it, and run 'sysbuild fetch'"
  }

  /// Makes a file of this machine one of the folder: the same file where both are on one file system.
  static func place(_ file: Path, at place: Path) throws {
    let file = File.resolve(file) ?? file
    try Directory.create(place.parent, intermediates: true)
    if (try? File.link(file, as: place)) != nil { return }
    let arguments = ["--reflink=auto", "--", "\(file)", "\(place)"]
    if try ProgramOutput.of("/bin/cp", arguments, environment: ["LC_ALL=C.UTF-8"]) == nil {
      throw UserError("'\(file)' cannot be copied to '\(place)': is the disk full?")
    }
  }

  /// The ebuild and its folder `files`, as they say how a package is built.
  private func addRecipe(_ ebuild: Path, of package: LegalPackage) throws {
    let place = folder / package.folder
    try Directory.create(place, intermediates: true)
    try File.write(try File.read(ebuild), to: place / ebuild.lastComponent)
    guard let files = File.resolve(ebuild.parent / "files") else { return }
    var copy = TreeCopy([TreeCopy.Place(original: files, copy: place / "files")], skipping: [])
    try copy.copy(files)
  }

  private func addCheckout(_ checkout: Path, of package: LegalPackage) throws -> String {
    let place = package.folder / "checkout"
    let original = File.resolve(checkout) ?? checkout
    var copy = TreeCopy([TreeCopy.Place(original: original, copy: folder / place)], skipping: [])
    try copy.copy(original)
    return "\(place)"
  }

  // MARK: Patches

  /// - Returns: how many there are.
  private mutating func addPatches(of package: LegalPackage) throws -> Int {
    guard let patches = package.patches else {
      note(package.id, "patches", "the environment of its build is not there any more, so they are not known")
      return 0
    }
    if patches.isEmpty { return 0 }
    let place = folder / package.folder / "patches"
    try Directory.create(place, intermediates: true)
    var series = ""
    for (index, patch) in patches.enumerated() {
      guard let file = patch.file else {
        series += "# \(patch.name), in the sources\n"
        continue
      }
      let number = String(index + 1)
      let name = String(repeating: "0", count: max(0, 4 - number.count)) + number + "-\(patch.name)"
      try File.write(try File.read(file), to: place / name)
      series += "\(name)\n"
    }
    try File.write(Array(series.utf8), to: place / "series")
    return patches.count
  }

  // MARK: Licences

  /// Packages of these categories install nothing of anybody's.
  private static let empty = ["acct-group", "acct-user", "virtual"]

  /// - Returns: where the texts of its licences are in the folder.
  private mutating func addLicenses(of package: LegalPackage) throws -> [String] {
    if package.licenses.isEmpty, !Self.empty.contains(String(package.name.prefix { $0 != "/" })) {
      note(package.id, "licence", "its ebuild names none")
    }
    var found: [String] = []
    for name in package.licenses {
      let texts = repositories.lazy.map { $0.path / "licenses" / name }.filter { File.exists($0) }
      guard let text = texts.first else {
        note(package.id, "licence text \(name)", "no repository has licenses/\(name)")
        continue
      }
      let place = LicenseTexts.folder / name
      if !File.exists(folder / place) {
        try Directory.create(folder / LicenseTexts.folder, intermediates: true)
        try File.write(try File.read(text), to: folder / place)
      }
      found.append("\(place)")
    }
    return found
  }
}
