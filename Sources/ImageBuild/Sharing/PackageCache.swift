import Caching
import EmergeOutput
import Platform
import PortageFiles
import Stamps
import TextKit

/// The binary packages that builds share in a cache, each under the key of what it was made from (`BuildRecord`).
///
/// emerge never sees the cache: what fits is in PKGDIR before it starts, as if it had been built here.
struct PackageCache {
  private let files: SharedFiles
  private let binaries: Path

  /// - Parameter stage: the one whose PKGDIR is filled.
  init(_ place: CachePlace, _ stage: EmergeStage) throws {
    binaries = stage.binaryPackages
    files = try SharedFiles(place, scratch: binaries.parent / "cache/packages") { text in
      _ = try? StandardStream.output.write(EmergeMessage.warning(text).line + "\n")
    }
  }

  /// Brings here the binary packages that fit and are not there.
  ///
  /// - Returns: whether there were any. Others may then be known to fit, which are built against these.
  func fetch(_ packages: [ResolvedPackage], _ survey: EmergeSurvey) throws -> Bool {
    let missing = try survey.missingBinaries(of: packages)
    let keys = missing.map { Self.key($0.package, $0.record, survey.stage) }
    let wanted = Dictionary(zip(keys, missing)) { first, _ in first }
    let found = try files.fetch(zip(keys, missing).map { ($0, Self.unit(of: $1.package)) })
    var index = try PackageIndex(in: binaries)
    var names: [String] = []
    for item in found {
      guard let (package, record) = wanted[item.key], try take(item, package, record, survey, &index) else {
        continue
      }
      names.append(package.versionedName)
    }
    if names.isEmpty { return false }
    try AtomicFile.write(index.text, to: binaries / "Packages", durable: false)
    let size = Quantity.size(found.reduce(0) { $0 + $1.size })
    try say(
      "\(Quantity.count(names.count, "package")) from the cache (\(size)): \(names.joined(separator: ", "))")
    return true
  }

  /// Puts a binary package into PKGDIR and into its index.
  ///
  /// - Parameter expected: what a build of the package would be made from.
  /// - Returns: whether it is what its key says.
  private func take(
    _ found: SharedFiles.Found, _ package: ResolvedPackage, _ expected: BuildRecord, _ survey: EmergeSurvey,
    _ index: inout PackageIndex
  ) throws -> Bool {
    guard found.texts.count == 2, var stanza = Self.stanza(found.texts[0]),
      let record = Listing(stored: found.texts[1]).map({ BuildRecord(stored: $0) }), record.key == expected.key,
      let binary = BinaryPackage(stanza), binary.id == package.id, binary.use == package.use,
      let suffix = Self.suffixes.first(where: binary.path.hasSuffix),
      // Builds are told apart by their times: another one of the same second must not take its place.
      survey.record(of: binary.build).map({ $0.key == record.key }) ?? true
    else { return false }
    // emerge takes the newest with these flags.
    for other in try BinaryPackage.all(in: binaries)
    where other.id == package.id && other.use == package.use && other.build.time >= binary.build.time {
      try File.remove(binaries / Path(other.path), missingIsFine: true)
    }
    let folder = Path("\(package.package)")
    try Directory.create(binaries / folder, intermediates: true)
    let name = { (number: Int) in folder / Path("\(package.name)-\(package.version)-\(number)\(suffix)") }
    var number = 1
    while File.exists(binaries / name(number)) { number += 1 }
    stanza["PATH"] = "\(name(number))"
    stanza["SIZE"] = "\(found.size)"
    if let time = stanza["MTIME"].flatMap({ Int($0) }) { try File.setModified(found.file, time) }
    try File.rename(found.file, to: binaries / name(number))
    index.add(stanza)
    try survey.adopt(record, of: binary.build)
    return true
  }

  /// Of the formats in which several builds of a version have a place.
  private static let suffixes = [".gpkg.tar", ".xpak"]

  /// Keeps the binary packages of builds that nobody knew of before this survey.
  func keep(_ survey: EmergeSurvey) throws {
    if survey.newBuilds.isEmpty { return }
    let index = try PackageIndex(in: binaries)
    var kept: [SharedFiles.Kept] = []
    for stanza in index.packages {
      guard let binary = BinaryPackage(stanza), Self.suffixes.contains(where: binary.path.hasSuffix),
        let (package, record) = survey.newBuild(binary), File.exists(binaries / Path(binary.path))
      else { continue }
      let stanza = index.header.filter { $0.key == PackageIndex.inherited }.merging(stanza) { $1 }
      kept.append(
        SharedFiles.Kept(
          key: Self.key(package, record, survey.stage), unit: Self.unit(of: package),
          file: binaries / Path(binary.path), name: "${O}/packages/\(binary.path)",
          texts: [Listing(stanza.map { Listing.Entry($0.key, $0.value) }).storedText, record.stored.storedText])
      )
    }
    let (count, size) = try files.keep(kept)
    if count > 0 { try say("\(Quantity.count(count, "package")) kept in the cache (\(Quantity.size(size)))") }
  }

  // MARK: Keys and texts

  /// The key of what a build is: that of what it is made from, and what is not part of that.
  private static func key(_ package: ResolvedPackage, _ record: BuildRecord, _ stage: EmergeStage) -> Digest {
    Listing([
      Listing.Entry("sysbuild package 1", package.versionedName), Listing.Entry("CHOST", stage.chost),
      Listing.Entry("slot", package.fullSlot), Listing.Entry("repository", package.repository),
      Listing.Entry("USE", package.use.joined(separator: " ")), Listing.Entry("made from", record.key),
    ]).digest
  }

  private static func unit(of package: ResolvedPackage) -> String { "package \(package.versionedName)" }

  /// Nil if the text is no stanza of an index.
  private static func stanza(_ text: [UInt8]) -> PackageIndex.Stanza? {
    guard let entries = Listing(stored: text)?.entries else { return nil }
    let lines = entries.map {
      (String(decoding: $0.key, as: UTF8.self), String(decoding: $0.value, as: UTF8.self))
    }
    if lines.contains(where: { $0.contains(":") || $0.contains("\n") || $1.contains("\n") }) { return nil }
    return Dictionary(lines) { first, _ in first }
  }

  private func say(_ text: String) throws(SystemError) {
    try StandardStream.output.write("sysbuild: \(text)\n")
  }
}
