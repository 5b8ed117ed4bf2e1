public import Platform
import Stamps
import TextKit

/// The patch of a package that somebody works on: what its work tree has other than what Portage prepares, in the format of
/// git. It lies in the work tree, and a link in a folder of `patches` leads to it.
public enum WorkPatch {
  /// The name of the link. Portage applies patches in the order of their names.
  public static let name: Path = "zzzz-workon.patch"
  /// Where the patch is in the work tree.
  public static let place: Path = ".git/workon.patch"

  /// The work tree that a link leads to; nil if the file at `path` is no such link.
  public static func tree(of path: Path) -> Path? {
    guard path.lastComponent == name, let target = try? File.readLink(path) else { return nil }
    let components = Path(bytes: target).components
    guard Path(bytes: target).isAbsolute, Path.joined(components.suffix(2)) == place else { return nil }
    return Path(bytes: target).parent.parent
  }

  /// The files that a patch changes, each with what it says about them.
  static func files(in text: [UInt8]) -> [(name: String, lines: ArraySlice<UInt8>)] {
    let mark = Array("diff --git ".utf8)
    var found: [(name: String, lines: ArraySlice<UInt8>)] = []
    // Lines of files begin with a blank, a plus or a minus.
    for line in text.split(separator: 0x0A, omittingEmptySubsequences: false) {
      if line.starts(with: mark) {
        // Both names are the same, but for their first letter.
        let names = line.dropFirst(mark.count)
        let name = String(decoding: names.prefix((names.count - 1) / 2), as: UTF8.self)
        found.append((name.replacing("a/", with: "", maxReplacements: 1), line))
      } else if let last = found.indices.last {
        found[last].lines = text[found[last].lines.startIndex..<line.endIndex]
      }
    }
    return found
  }
}

extension Path {
  fileprivate static func joined(_ names: some Sequence<Path>) -> Path { names.reduce("", /) }
}

extension ConfigurationWalk {
  /// Notes the patch of a package that somebody works on, file by file.
  mutating func readWork(_ path: Path) throws {
    let tree = try reader.realPath(path).parent.parent
    for (name, lines) in WorkPatch.files(in: try bytes(path)) {
      note(
        Listing.Entry(
          "\(key(of: path.parent)): work on \(name)", "file \(SHA256.digest(of: lines))",
          place: "\(tree / name)"),
        scopeOfNamed(path))
    }
  }
}
