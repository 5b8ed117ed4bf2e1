import BuildSettings
import Platform
import TextKit

/// The texts of licences that are in the sources of packages. They name the owners of the rights, which those of the
/// repositories do not.
struct LicenseTexts {
  static let folder: Path = "licenses"
  /// In whatever case.
  private static let names = ["COPYING*", "COPYRIGHT*", "LICEN[CS]E*", "NOTICE*"]
  /// What is called like a text and is none.
  private static let programs: Set<String> = [
    "am", "c", "cc", "cpp", "cs", "go", "h", "in", "java", "js", "json", "m4", "o", "php", "pl", "png", "py",
    "rb", "rs",
    "sh", "svg", "ts", "xml",
  ]
  /// Bytes. What is larger is no text of a licence.
  private static let sizes = 1...1 << 20

  private let root: Path

  init(_ root: Path) { self.root = root }

  /// Unpacks the texts of a package.
  ///
  /// - Parameter archives: in the root.
  /// - Returns: their folder; empty if there are none.
  func add(of package: LegalPackage, from archives: [Path]) throws -> [String] {
    guard !archives.isEmpty, let tar = ProgramSearch.find("tar", in: Settings.systemSearchPath) else {
      return []
    }
    let scratch = root / ".unpacked"
    defer { try? Directory.removeTree(scratch) }
    let place = Self.folder / package.id
    for archive in archives {
      try Directory.removeTree(scratch)
      try Directory.create(scratch)
      // It fails if there are none, or if it is no archive.
      _ = try ProgramOutput.of(
        tar,
        [
          "--extract", "--file=\(root / archive)", "--directory=\(scratch)", "--no-same-owner", "--wildcards",
          "--no-anchored", "--ignore-case", "--force-local",
        ] + Self.names, environment: ["LC_ALL=C.UTF-8", "PATH=\(Settings.systemSearchPath)"])
      try take(scratch, to: root / place)
    }
    return File.exists(root / place) ? ["\(place)/"] : []
  }

  private static func isProgram(_ name: Path) -> Bool {
    let parts = "\(name.lastComponent)".split(separator: ".")
    return parts.count > 1 && programs.contains(parts[parts.count - 1].lowercased())
  }

  /// Moves what is below the first folder of an archive.
  private func take(_ scratch: Path, to place: Path) throws {
    var pending = try Directory.entries(of: scratch).map { ($0.kind == .directory ? "" : $0.name, $0.name) }
    while let (name, source) = pending.popLast() {
      let status = try FileStatus(scratch / source)
      switch status.kind {
      case .directory:
        pending += try Directory.entries(of: scratch / source).map { (name / $0.name, source / $0.name) }
      case .file where Self.sizes.contains(Int(status.size)) && !Self.isProgram(name):
        try Directory.create((place / name).parent, intermediates: true)
        try File.write(try File.read(scratch / source), to: place / name)
      default: break
      }
    }
  }
}
