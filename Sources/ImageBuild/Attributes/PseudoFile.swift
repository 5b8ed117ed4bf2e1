import Platform
import PortageFiles
import TextKit

/// A line of a variant's file `pseudo-files`: what a file of the image has, and no file of the source tree can have.
///
/// The format is that of mksquashfs(1), "Pseudo file definitions". Users and groups are those of the image, and a
/// capability may be written as setcap(8) takes it.
struct PseudoFile {
  enum Kind {
    /// Changes what is there.
    case modify
    case folder
    case link(to: Path)
    case device(FileStatus.Kind, major: UInt32, minor: UInt32)
    case attribute(name: String, value: String)
  }

  /// Relative to the root.
  let path: Path
  let kind: Kind
  /// The lower twelve bits; 0 for an attribute.
  let mode: UInt32
  /// Names or numbers.
  let user: String
  let group: String
  /// `FILE:LINE`.
  let place: String

  /// The lines of a file.
  ///
  /// - Parameter name: the file as a person knows it.
  static func parse(_ bytes: [UInt8], name: String) throws(UserError) -> [PseudoFile] {
    var files: [PseudoFile] = []
    for line in TextLines(bytes).lines {
      files.append(
        try PseudoFile(line.words.map { String(decoding: $0, as: UTF8.self) }, place: "\(name):\(line.number)"))
    }
    return files
  }

  private init(_ words: [String], place: String) throws(UserError) {
    let path = Path(words[0].drop { $0 == "/" }).normalized
    if path.components.first == ".." {
      throw UserError("\(place): '\(words[0])' is no path in the image")
    }
    self.path = path
    self.place = place
    let type = words.count > 1 ? words[1] : ""
    if type == "x" {
      let parts = words.dropFirst(2).joined(separator: " ").split(separator: "=", maxSplits: 1)
      guard parts.count == 2 else { throw .pseudoFile(place, "PATH x NAME=VALUE") }
      kind = .attribute(name: String(parts[0]), value: String(parts[1]))
      (mode, user, group) = (0, "", "")
      return
    }
    let usage: String
    switch type {
    case "m", "d": usage = "PATH \(type) MODE USER GROUP"
    case "s": usage = "PATH s MODE USER GROUP TARGET"
    case "c", "b": usage = "PATH \(type) MODE USER GROUP MAJOR MINOR"
    default:
      throw UserError("\(place): the type of a pseudo-file is m, d, s, c, b or x, and not '\(type)'")
    }
    guard words.count == usage.split(separator: " ").count, let mode = UInt32(words[2], radix: 8),
      mode <= 0o7777
    else { throw .pseudoFile(place, usage) }
    self.mode = mode
    (user, group) = (words[3], words[4])
    switch type {
    case "m": kind = .modify
    case "d": kind = .folder
    case "s": kind = .link(to: Path(words[5]))
    default:
      guard let major = UInt32(words[5]), let minor = UInt32(words[6]) else { throw .pseudoFile(place, usage) }
      kind = .device(type == "c" ? .characterDevice : .blockDevice, major: major, minor: minor)
    }
  }
}

extension UserError {
  fileprivate static func pseudoFile(_ place: String, _ usage: String) -> Self {
    Self("\(place): the line has to be '\(usage)'\(usage.contains("MODE") ? ", with an octal MODE" : "")")
  }
}
