/// The line of a command's output that most likely says why it failed: the first that calls itself an error,
/// else the first that the shell, the linker or make says when something is not as it must be.
///
/// A guess by words: what is not recognised gives none rather than a wrong one.
package enum FirstError {
  package static func line(of output: [ArraySlice<UInt8>]) -> String? {
    let lines = output.lazy.map { shown(Array($0)) }
    return lines.first(where: isError) ?? lines.first { line in signs.contains { line.contains($0) } }
  }

  private static let signs = [
    "undefined reference to", ": not found", "command not found", "No such file or directory",
    "Permission denied", "No space left on device", " *** ", "Traceback (most recent call last)",
  ]

  /// `x.c:3:5: error: …`, `fatal: …`, `ERROR: …`, but not `0 errors` or `-Werror`.
  private static func isError(_ line: String) -> Bool {
    let lower = line.lowercased()
    return ["error:", "fatal:", "fatal error", "error[", "panic:"].contains { word in
      guard let range = lower.firstRange(of: word) else { return false }
      return range.lowerBound == lower.startIndex
        || !(lower[lower.index(before: range.lowerBound)].isLetter
          || "-_".contains(lower[lower.index(before: range.lowerBound)]))
    }
  }
}
