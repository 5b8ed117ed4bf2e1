/// The name that a person most likely meant; it knows only spelling.
enum Suggestion {
  /// The nearest of `names` to `wrong`, or nil if none is near: at most a third of the letters differ. Of
  /// two equally near the one first in byte order.
  static func nearest(to wrong: String, among names: some Sequence<String>) -> String? {
    let letters = Array(wrong.utf8)
    let limit = max(1, letters.count / 3)
    var best: (distance: Int, name: String)?
    for name in names {
      let distance = distance(letters, Array(name.utf8))
      if distance > limit || name == wrong { continue }
      if let best, (best.distance, best.name) <= (distance, name) { continue }
      best = (distance, name)
    }
    return best?.name
  }

  /// How many bytes to insert, delete, replace or swap with their neighbour to get from one to the other.
  private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for (row, byte) in left.enumerated() {
      var current = [row + 1]
      for (column, other) in right.enumerated() {
        var cost = min(last[column + 1] + 1, current[column] + 1, last[column] + (byte == other ? 0 : 1))
        if row > 0, column > 0, byte == right[column - 1], left[row - 1] == other {
          cost = min(cost, beforeLast[column - 1] + 1)
        }
        current.append(cost)
      }
      beforeLast = last
      last = current
    }
    return last[right.count]
  }
}
