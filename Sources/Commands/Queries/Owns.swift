import BuildSettings
import ImageBuild
import Platform
import PortageFiles
import TextKit

extension Command {
  static let owns = Command(
    "owns", "FILE…",
    summary: "which package it belongs to",
    details: [
      "An absolute FILE is one in the root, as '/usr/bin/mount'; any other is the end of a path, as 'mount' or "
        + "'bin/mount'. The exit status is 1 if there is no such file."
    ],
    words: .files, options: [.json], run: { try Owns.run(Session($0)) })
}

/// `sysbuild owns FILE…`.
private enum Owns {
  private struct Row {
    let root: String
    let path: Path
    let owner: FileOwners.Owner
  }

  static func run(_ session: Session) throws -> Ending {
    let words = session.invocation.words
    if words.isEmpty { throw UserError("'owns' needs a file: sysbuild owns /usr/bin/login") }
    guard session.settings.variant != nil else { throw UserError.noImageGraph }
    var rows: [Row] = []
    for root in ["rootfs", "sysroot"] {
      var owners = try FileOwners(Path(root), session.settings)
      for word in words {
        rows += try owners.find(Path(word)).map { Row(root: root, path: $0.path, owner: $0.owner) }
      }
    }
    if session.invocation.wantsJSON {
      _ = try Program.show((["version": 1, "files": .array(rows.map(json))] as JSON).pretty + "\n")
      return .exit(rows.isEmpty ? 1 : 0)
    }
    if rows.isEmpty {
      Program.complain("neither the image nor the sysroot has \(words.joined(separator: " or "))")
      return .exit(1)
    }
    let table = Table(["root", "file", "belongs to"], rows.map { [$0.root, "\($0.path)", text($0.owner)] })
    return try Program.show(table.text(width: StandardStream.output.width))
  }

  private static func text(_ owner: FileOwners.Owner) -> String {
    switch owner {
    case .package(let package): "\(package)"
    case .overlay(let file): "the overlay: \(file)"
    case .leftOut(let package): "\(package), but INSTALL_MASK leaves it out"
    case .kernel: "the kernel"
    case .nobody: "nobody: made when packages were merged"
    }
  }

  private static func json(_ row: Row) -> JSON {
    let owner: JSON =
      switch row.owner {
      case .package(let package): ["package": .string("\(package)")]
      case .overlay(let file): ["overlay": .string(file)]
      case .leftOut(let package): ["leftOutOf": .string("\(package)")]
      case .kernel: ["kernel": true]
      case .nobody: [:]
      }
    return ["root": .string(row.root), "file": .string("\(row.path)")] + owner
  }
}
