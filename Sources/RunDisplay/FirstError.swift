/// Finds the line of a command's output that most likely says why it failed: the first line that calls itself an
/// error, or else the first typical complaint of the shell, the linker or make.
///
/// Lines are recognised by their words. If none is recognised, the result is nil.
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
