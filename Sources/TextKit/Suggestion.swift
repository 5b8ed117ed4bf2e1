/// Returns the known word that is nearest to `word`, which was probably mistyped, or nil if none is near.
///
/// A known word is near if its Damerau-Levenshtein distance is 1, or at most a third of the length of `word`.
package func suggestion(for word: String, among known: some Sequence<String>) -> String? {
  let limit = max(1, word.unicodeScalars.count / 3)
  var best: (word: String, distance: Int)?
  for candidate in known {
    let distance = editDistance(word, candidate)
    if distance <= limit, distance < best?.distance ?? .max { best = (candidate, distance) }
  }
  return best?.word
}

/// `; did you mean 'x'?`, or an empty string if no known word is near.
package func didYouMean(_ word: String, among known: some Sequence<String>) -> String {
  suggestion(for: word, among: known).map { "; did you mean '\($0)'?" } ?? ""
}

private func editDistance(_ left: String, _ right: String) -> Int {
  let left = Array(left.unicodeScalars)
  let right = Array(right.unicodeScalars)
  var rows = [Array(0...right.count)]
  for (i, a) in left.enumerated() {
    var row = [i + 1]
    for (j, b) in right.enumerated() {
      var cost = min(row[j] + 1, rows[i][j + 1] + 1, rows[i][j] + (a == b ? 0 : 1))
      if i > 0, j > 0, a == right[j - 1], left[i - 1] == b { cost = min(cost, rows[i - 1][j - 1] + 1) }
      row.append(cost)
    }
    rows.append(row)
  }
  return rows[left.count][right.count]
}
