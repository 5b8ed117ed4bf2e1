/// Returns `word` quoted where needed, so that a POSIX shell reads it as one word.
package func shellQuoted(_ word: String) -> String {
  if isPlainShellWord(word) { return word }
  // By scalars: to `String`, a quote with a combining mark behind it is another character.
  var quoted = String.UnicodeScalarView()
  for scalar in word.unicodeScalars {
    if scalar == "'" { quoted += "'\\''".unicodeScalars } else { quoted.append(scalar) }
  }
  return "'\(String(quoted))'"
}

/// Whether a POSIX shell reads `word` as it stands; the characters of `allowed` count as plain.
package func isPlainShellWord(_ word: String, allowing allowed: String = "") -> Bool {
  let plain = ("+-./:=@_%,^" + allowed).utf8
  return !word.isEmpty && word.utf8.allSatisfy { $0.isLetter || $0.isDigit || plain.contains($0) }
}
