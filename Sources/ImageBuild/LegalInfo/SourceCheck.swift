import BuildSettings
import Platform
import Stamps
import TextKit

/// Holds files against the digests of a Manifest: `SHA512` and `BLAKE2B` with the programs of coreutils, and `SHA256`.
struct SourceCheck {
  private static let programs = ["SHA512": "sha512sum", "BLAKE2B": "b2sum"]

  private var found: [String: [Path: String]] = [:]

  /// - Parameter files: each with the digests that it should have, `SHA512 0123…`.
  init(_ files: [(path: Path, digests: [String])]) throws {
    for (algorithm, program) in Self.programs {
      let paths = Set(files.filter { $0.digests.contains { $0.hasPrefix(algorithm + " ") } }.map(\.path))
        .sorted()
      guard !paths.isEmpty, let tool = ProgramSearch.find(program, in: Settings.systemSearchPath) else {
        continue
      }
      // Each line ends in NUL, so that a name is as it is.
      let text =
        try ProgramOutput.of(tool, ["-z", "--"] + paths.map { $0.string ?? "" }, environment: ["LC_ALL=C"])
        ?? ""
      for line in text.split(separator: "\0") {
        let parts = line.split(separator: "  ", maxSplits: 1)
        if parts.count == 2 { found[algorithm, default: [:]][Path(parts[1])] = String(parts[0]) }
      }
    }
  }

  /// Whether a file has all of the digests that this knows, and at least one of them.
  func isRight(_ path: Path, _ digests: [String]) -> Bool {
    var isKnown = false
    for text in digests {
      let words = text.split(separator: " ").map(String.init)
      guard words.count == 2 else { continue }
      let own =
        words[0] == "SHA256"
        ? (try? SHA256.digest(ofFile: path, followingLinks: true))?.hex : found[words[0]]?[path]
      guard words[0] == "SHA256" || Self.programs[words[0]] != nil else { continue }
      if own != words[1] { return false }
      isKnown = true
    }
    return isKnown
  }
}
