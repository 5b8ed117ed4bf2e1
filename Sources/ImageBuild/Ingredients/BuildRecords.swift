import Platform
import PortageFiles
import Stamps

/// Stores what each build was made from: one listing for each build, `FOLDER/<category>/<name>-<version>-<time>`, in
/// the format of the listings that stamps refer to.
///
/// `FOLDER/begun` has the configuration, the toolchain and the interfaces that the emerge that is running or ran last
/// found. Its builds are recorded when it ends or, if it was killed, when the next one begins.
struct BuildRecords {
  /// How many builds of a version are kept; any of them may be installed in some root.
  private static let kept = 8

  private let folder: Path
  /// The folder of the `InterfaceStore`.
  var interfaces: Path { folder / "interfaces" }

  init(_ folder: Path) {
    self.folder = folder
  }

  func record(of build: PackageBuild) -> BuildRecord? {
    (try? File.read(file(build))).flatMap { Listing(stored: $0) }.map { BuildRecord(stored: $0) }
  }

  func keep(_ record: BuildRecord, of build: PackageBuild) throws(SystemError) {
    let file = file(build)
    try Directory.create(file.parent, intermediates: true)
    try AtomicFile.write(record.stored.storedText, to: file, durable: false)
    for old in try others(of: build).dropLast(Self.kept) {
      try File.remove(file.parent / old, missingIsFine: true)
    }
  }

  /// The names of the records of this version, the oldest build first. After the version a name has only the time, so
  /// that records of a revision, which is another version, are left out.
  private func others(of build: PackageBuild) throws(SystemError) -> [Path] {
    let folder = file(build).parent
    let prefix = Array("\(build.name)-\(build.version)-".utf8)
    var found: [(time: Int64, name: Path)] = []
    for (name, _) in try Directory.entries(of: folder) where name.bytes.starts(with: prefix) {
      let rest = name.bytes.dropFirst(prefix.count)
      guard rest.allSatisfy(AtomGrammar.isDigit), let time = Int64(String(decoding: rest, as: UTF8.self)) else {
        continue
      }
      found.append((time, name))
    }
    return found.sorted { $0.time < $1.time }.map(\.name)
  }

  private func file(_ build: PackageBuild) -> Path { folder / Path(Self.name(of: build)) }

  /// `<category>/<name>-<version>-<time>`
  static func name(of build: PackageBuild) -> String { "\(build.versionedName)-\(build.time)" }

  // MARK: The last emerge

  struct Begun {
    /// Nanoseconds since the epoch.
    let time: Int64
    let configuration: PackageConfiguration
    let toolchain: String
    /// The repositories, as text of a repos.conf.
    let reposConf: String
    /// The digest of what counts of each package that is in the sysroot, by the text of `Against`.
    let interfaces: [String: String]
    /// The size of emerge's log in bytes.
    let logSize: Int
    /// The names of builds that have no record and the time of which is not before this one, though they were there
    /// when the emerge began.
    var earlier: Set<String> = []
  }

  private var begunFile: Path { folder / "begun" }

  func begin(_ begun: Begun) throws(SystemError) {
    try Directory.create(folder, intermediates: true)
    let entries =
      [
        Listing.Entry("time", "\(begun.time)"), Listing.Entry("toolchain", begun.toolchain),
        Listing.Entry("repositories", begun.reposConf), Listing.Entry("log", "\(begun.logSize)"),
      ]
      + begun.interfaces.map { Listing.Entry(Self.interface + $0.key, $0.value) }
      + begun.earlier.map { Listing.Entry(Self.earlier + $0, "") }
      + begun.configuration.listing.entries.map {
        Listing.Entry(key: Array("configuration ".utf8) + $0.key, value: $0.value, place: $0.place)
      }
    try AtomicFile.write(Listing(entries).storedText, to: begunFile, durable: false)
  }

  var begun: Begun? {
    guard let text = try? File.read(begunFile), let listing = Listing(stored: text) else { return nil }
    let prefix = Array("configuration ".utf8)
    var values: [String: String] = [:]
    var earlier: Set<String> = []
    var interfaces: [String: String] = [:]
    var configuration: [Listing.Entry] = []
    for entry in listing.entries {
      if entry.key.starts(with: prefix) {
        configuration.append(
          Listing.Entry(key: entry.key.dropFirst(prefix.count), value: entry.value, place: entry.place))
        continue
      }
      let (key, value) = (
        String(decoding: entry.key, as: UTF8.self), String(decoding: entry.value, as: UTF8.self)
      )
      if key.hasPrefix(Self.earlier) {
        earlier.insert(String(key.dropFirst(Self.earlier.count)))
      } else if key.hasPrefix(Self.interface) {
        interfaces[String(key.dropFirst(Self.interface.count))] = value
      } else {
        values[key] = value
      }
    }
    guard let time = values["time"].flatMap({ Int64($0) }), let toolchain = values["toolchain"],
      let reposConf = values["repositories"], let logSize = values["log"].flatMap({ Int($0) })
    else { return nil }
    guard let configuration = PackageConfiguration(stored: Listing(configuration)) else { return nil }
    return Begun(
      time: time, configuration: configuration, toolchain: toolchain, reposConf: reposConf,
      interfaces: interfaces, logSize: logSize, earlier: earlier)
  }

  private static let earlier = "earlier "
  private static let interface = "interface "
}
