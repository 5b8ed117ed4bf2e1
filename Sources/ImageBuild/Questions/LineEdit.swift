import PortageFiles

/// A change of one line of a file of the source tree.
package enum LineEdit: Hashable {
  /// Behind the last line of a file, which need not be there yet.
  case add(String, file: String)
  case remove(String, file: String, line: Int)
  case replace(String, file: String, line: Int, by: String)

  /// The file, relative to the source tree.
  var file: String {
    switch self {
    case .add(_, let file), .remove(_, let file, _), .replace(_, let file, _, _): file
    }
  }

  /// The configuration root and the file of `etc/portage` that it belongs to; nil if it is of no configuration.
  var configuration: (root: String, file: String)? {
    let parts = file.split(separator: "/").map(String.init)
    guard parts.count >= 6, parts[0] == "profiles", parts[3] == "etc", parts[4] == "portage" else { return nil }
    return (parts[2], parts[5])
  }

  /// The same for edits that differ only in the versions of an atom.
  var meaning: [String] {
    func unversioned(_ text: String) -> String {
      var words = text.split(separator: " ").map(String.init)
      if let atom = words.first.flatMap({ try? Atom(parsing: $0) }) { words[0] = atom.package }
      return words.joined(separator: " ")
    }
    return switch self {
    case .add(let text, let file): [file, unversioned(text)]
    case .remove(_, let file, let line): [file, "\(line)"]
    case .replace(_, let file, let line, let new):
      [file, "\(line)", configuration == nil ? new : unversioned(new)]
    }
  }
}

extension LineEdit: CustomStringConvertible {
  package var description: String {
    switch self {
    case .add(let text, let file): "add the line '\(text)' to \(file)"
    case .remove(let text, let file, let line): "remove the line '\(text)' from \(file):\(line)"
    case .replace(let text, let file, let line, let new):
      "replace the line '\(text)' of \(file):\(line) by '\(new)'"
    }
  }
}
