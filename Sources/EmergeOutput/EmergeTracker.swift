import Platform
import PortageFiles
import TextKit

/// A change in the state of a package, read from a line of emerge's output. A package is named as in
/// `sys-libs/pam-1.5.3`.
package enum PackageEvent: Equatable {
  case started(EmergeTracker.Package)
  case phase(String, of: String)
  case ended(String, hasFailed: Bool)
}

/// Follows which packages an emerge is building and their phases, from the lines that it prints (seen with
/// Portage 3.0.83).
///
/// With `--jobs=1`, or a single package, emerge itself prints the phase: `>>> Compiling source in …`. With more
/// jobs only Portage's log of the package has it, and that is read once a second.
package struct EmergeTracker {
  package struct Package: Equatable {
    /// With its version: `sys-libs/pam-1.5.3`.
    package let version: String
    /// The package's position among the packages of this emerge, from 1, and their number.
    package let number: Int
    package let count: Int
    /// `compile`, `merge`; nil while it is unknown.
    package var phase: String?
    /// Whether it is merged from a binary package.
    package var isBinary = false

    /// Without the version: `sys-libs/pam`.
    package var name: String { PackageVersion(version)?.package ?? version }
  }

  /// The packages that are being built, in the order in which they began.
  package private(set) var running: [Package] = []
  private var logs: PackageLogs?
  /// When Portage's logs are to be read again, in nanoseconds of the monotonic clock; nil if they are not.
  package private(set) var nextLook: Int64?

  /// The number of bytes seen in Portage's logs.
  package var logSize: Int64 { logs?.size ?? 0 }

  /// - Parameter logs: Portage's logs; nil if it is unknown where they are.
  package init(_ logs: PackageLogs? = nil) { self.logs = logs }

  /// Reads a line and returns the changes that it reports.
  package mutating func read(_ line: [UInt8]) -> [PackageEvent] {
    guard line.starts(with: ">>> ".utf8) else { return [] }
    var words = printable(line).split(separator: " ").dropFirst()
    let verb = words.popFirst()
    let isBinary = verb == "Emerging" && words.first == "binary"
    if isBinary { words.removeFirst() }
    switch verb {
    case "Emerging":
      guard var package = Self.package(words) else { return [] }
      package.isBinary = isBinary
      // Numbers grow within one emerge, so one that is not higher comes from the next emerge.
      let left = running.filter { $0.number >= package.number }
      running.removeAll { $0.number >= package.number }
      running.append(package)
      if logs != nil { nextLook = nextLook ?? 0 }
      return left.map { .ended($0.version, hasFailed: false) } + [.started(package)]
    case "Installing":
      return Self.package(words).map { enter("merge", $0.version) } ?? []
    case "Completed":
      return Self.package(words).map { end($0.version, hasFailed: false) } ?? []
    case "Failed":
      return words.count > 2 ? end(Self.version(words[words.startIndex + 2]), hasFailed: true) : []
    default:
      guard let phase = Self.phase(line), running.count == 1 else { return [] }
      return enter(phase, running[0].version)
    }
  }

  /// Reads Portage's logs if they are due at `time`, in nanoseconds of the monotonic clock.
  package mutating func look(at time: Int64) -> [PackageEvent] {
    guard let due = nextLook, due <= time, logs != nil else { return [] }
    nextLook = running.isEmpty ? nil : time + 1_000_000_000
    return running.filter { $0.phase != "merge" }.flatMap { package in
      logs?.phase(of: package.version).map { enter($0, package.version) } ?? []
    }
  }

  /// The phase that a line of an ebuild's output begins; nil if it begins none.
  package static func phase(_ line: some Collection<UInt8>) -> String? {
    guard line.starts(with: ">>> ".utf8) else { return nil }
    let rest = line.dropFirst(4)
    return phases.first { rest.starts(with: $0.words.utf8) }?.phase
  }

  /// From `phase-functions.sh` and `Binpkg.py` of Portage.
  private static let phases: [(words: String, phase: String)] = [
    ("Unpacking source", "unpack"), ("Preparing source", "prepare"), ("Configuring source", "configure"),
    ("Compiling source", "compile"), ("Test phase: ", "test"), ("Install ", "install"),
    ("Creating binpkg", "package"), ("Extracting ", "unpack"),
  ]

  private mutating func enter(_ phase: String, _ version: String) -> [PackageEvent] {
    guard let place = running.firstIndex(where: { $0.version == version }), running[place].phase != phase
    else { return [] }
    running[place].phase = phase
    return [.phase(phase, of: version)]
  }

  private mutating func end(_ version: String, hasFailed: Bool) -> [PackageEvent] {
    guard let place = running.firstIndex(where: { $0.version == version }) else { return [] }
    running.remove(at: place)
    return [.ended(version, hasFailed: hasFailed)]
  }

  /// `(12 of 57) sys-libs/pam-1.5.3::demo …`.
  private static func package(_ words: ArraySlice<Substring>) -> Package? {
    let words = Array(words)
    guard words.count > 3, words[0].first == "(", let number = Int(words[0].dropFirst()), words[1] == "of",
      words[2].last == ")", let count = Int(words[2].dropLast())
    else { return nil }
    return Package(version: version(words[3]), number: number, count: count)
  }

  private static func version(_ word: Substring) -> String {
    String(word.prefix { $0 != ":" && $0 != "," })
  }
}
