import TestSupport
import Testing

@testable import ReportPage

@Suite struct TreemapTests {
  /// A treemap says the truth if each tile has its share of the area, all are inside, and none covers another.
  @Test(arguments: [(1140.0, 540.0), (360, 480), (7, 900)])
  func tilesHaveTheirSharesAndDoNotOverlap(_ width: Double, _ height: Double) {
    var generator = SeededGenerator(for: "treemap")
    for count in [1, 2, 3, 10, 60, 250] {
      let weights = (0..<count).map { _ in Double(Int.random(in: 1...(1 << 20), using: &generator)) }.sorted(
        by: >)
      let area = Rectangle(x: 3, y: 5, width: width, height: height)
      let tiles = Treemap.layout(weights, in: area)
      #expect(tiles.count == count)
      let total = weights.reduce(0, +)
      for (tile, weight) in zip(tiles, weights) {
        #expect(abs(tile.area / area.area - weight / total) < 1e-9, "\(seedSetting)")
        #expect(tile.x > 3 - 1e-6 && tile.y > 5 - 1e-6, "\(seedSetting)")
        #expect(
          tile.x + tile.width < 3 + width + 1e-6 && tile.y + tile.height < 5 + height + 1e-6, "\(seedSetting)")
      }
      for (place, tile) in tiles.enumerated() {
        for other in tiles[..<place] {
          let across = min(tile.x + tile.width, other.x + other.width) - max(tile.x, other.x)
          let down = min(tile.y + tile.height, other.y + other.height) - max(tile.y, other.y)
          #expect(across < 1e-6 || down < 1e-6, "\(tile) and \(other): \(seedSetting)")
        }
      }
    }
  }

  @Test func equalWeightsGiveSquares() {
    for tile in Treemap.layout(
      Array(repeating: 1, count: 16), in: Rectangle(x: 0, y: 0, width: 400, height: 400))
    {
      #expect(abs(tile.width - 100) < 1e-6 && abs(tile.height - 100) < 1e-6)
    }
  }

  /// The example of the article by Bruls, Huizing and van Wijk: the first tile is 3 wide and 2 high, as is the second.
  @Test func theExampleOfTheArticle() {
    let tiles = Treemap.layout([6, 6, 4, 3, 2, 2, 1], in: Rectangle(x: 0, y: 0, width: 6, height: 4))
    #expect(tiles[0] == Rectangle(x: 0, y: 0, width: 3, height: 2))
    #expect(tiles[1] == Rectangle(x: 0, y: 2, width: 3, height: 2))
    let ratios = tiles.map { max($0.width / $0.height, $0.height / $0.width) }
    #expect(ratios.allSatisfy { $0 < 3 }, "\(ratios)")
  }

  @Test func nothingHasNoTile() {
    let area = Rectangle(x: 0, y: 0, width: 10, height: 10)
    #expect(Treemap.layout([], in: area).isEmpty)
    #expect(Treemap.layout([0, 0], in: area).allSatisfy { $0.area == 0 })
    #expect(Treemap.layout([4, 0], in: area).map(\.area) == [100, 0])
  }
}
