/// Returns `word` quoted where needed, so that a POSIX shell reads it as one word.
package func shellQuoted(_ word: String) -> String {
  if isPlainShellWord(word) { return word }
  // Compares scalars, because a quote followed by a combining mark is a different `Character`.
  var quoted = String.UnicodeScalarView()
  for scalar in word.unicodeScalars {
    if scalar == "'" { quoted += "'\\''".unicodeScalars } else { quoted.append(scalar) }
  }
  return "'\(String(quoted))'"
}

/// Whether `word` needs no quotes in a POSIX shell; the characters in `allowed` count as safe, too.
package func isPlainShellWord(_ word: String, allowing allowed: String = "") -> Bool {
  let plain = ("+-./:=@_%,^" + allowed).utf8
  return !word.isEmpty && word.utf8.allSatisfy { $0.isLetter || $0.isDigit || plain.contains($0) }
}
