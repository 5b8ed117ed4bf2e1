/// A rectangle of a drawing, in pixels, with its corner at the top left.
struct Rectangle: Equatable {
  var x: Double
  var y: Double
  var width: Double
  var height: Double

  var area: Double { width * height }

  /// Without a margin at each side; never of negative size.
  func inset(_ margin: Double, top: Double = 0) -> Self {
    Self(
      x: x + margin, y: y + margin + top, width: max(0, width - 2 * margin),
      height: max(0, height - 2 * margin - top))
  }
}

/// Divides a rectangle into others whose areas are in given proportions, each as square as can be: the squarified treemap
/// of Bruls, Huizing and van Wijk (2000).
enum Treemap {
  /// - Parameter weights: the largest first, none negative.
  /// - Returns: a rectangle for each weight, in the same order. They fill `area`, unless all weights are 0.
  static func layout(_ weights: [Double], in area: Rectangle) -> [Rectangle] {
    var free = area
    var total = weights.reduce(0, +)
    var rest = weights[...]
    var tiles: [Rectangle] = []
    while let first = rest.first {
      guard first > 0, total > 0, free.area > 0 else {
        tiles += rest.map { _ in Rectangle(x: free.x, y: free.y, width: 0, height: 0) }
        break
      }
      let scale = free.area / total
      let side = min(free.width, free.height)
      var row = [first]
      for next in rest.dropFirst() {
        let longer = row + [next]
        if worst(longer, side, scale) > worst(row, side, scale) { break }
        row = longer
      }
      tiles += place(row, &free, scale)
      total -= row.reduce(0, +)
      rest = rest.dropFirst(row.count)
    }
    return tiles
  }

  /// The worst ratio of sides in a row of tiles along a side of the free area.
  private static func worst(_ row: [Double], _ side: Double, _ scale: Double) -> Double {
    let sum = row.reduce(0, +) * scale
    guard let largest = row.max(), let smallest = row.min(), smallest > 0 else { return .infinity }
    return max(side * side * largest * scale / (sum * sum), sum * sum / (side * side * smallest * scale))
  }

  /// Places a row along the shorter side, and takes it from the free area.
  private static func place(_ row: [Double], _ free: inout Rectangle, _ scale: Double) -> [Rectangle] {
    let sum = row.reduce(0, +)
    let isColumn = free.width >= free.height
    let depth = sum * scale / (isColumn ? free.height : free.width)
    var tiles: [Rectangle] = []
    var offset = 0.0
    for weight in row {
      let length = weight / sum * (isColumn ? free.height : free.width)
      tiles.append(
        isColumn
          ? Rectangle(x: free.x, y: free.y + offset, width: depth, height: length)
          : Rectangle(x: free.x + offset, y: free.y, width: length, height: depth))
      offset += length
    }
    if isColumn {
      free.x += depth
      free.width = max(0, free.width - depth)
    } else {
      free.y += depth
      free.height = max(0, free.height - depth)
    }
    return tiles
  }
}
