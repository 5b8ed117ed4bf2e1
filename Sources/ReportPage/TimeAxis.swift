import TextKit

/// The scale of a timeline. Places on it are shares of its width in percent, so that it fits any page.
struct TimeAxis {
  /// Seconds.
  let length: Double
  /// Seconds, with one at 0.
  let ticks: [Double]

  private static let steps: [Double] = [
    0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 86400,
  ]

  /// - Parameter seconds: the time of the whole run.
  init(_ seconds: Double) {
    length = max(seconds, 0.1)
    let step = Self.steps.first { [length] in length / $0 <= 5 } ?? length / 4
    ticks = (0...Int(length / step)).map { Double($0) * step }
  }

  func percent(_ seconds: Double) -> Double { min(max(0, seconds / length), 1) * 100 }

  /// The numbers above the timeline.
  var header: Markup {
    let labels = ticks.map { tick -> Markup in
      let place = percent(tick)
      let anchor = tick == 0 ? "start" : place > 94 ? "end" : "middle"
      return
        "<text x=\"\(place)%\" y=\"12\" text-anchor=\"\(anchor)\">\(tick == 0 ? "0" : duration(tick))</text>"
    }
    return "<svg class=\"axis\" width=\"100%\" height=\"16\" aria-hidden=\"true\">\(labels)</svg>"
  }

  /// The lines that continue the numbers through the rows.
  func grid(height: Double) -> Markup {
    let lines = ticks.dropFirst().map { tick -> Markup in
      "<line x1=\"\(percent(tick))%\" x2=\"\(percent(tick))%\" y1=\"0\" y2=\"\(height)\" class=\"grid\"/>"
    }
    return "\(lines)"
  }
}

/// Seconds for people: `0.4 s`, `1:41`.
func duration(_ seconds: Double) -> String { Quantity.duration(Int64(seconds * 1e9)) }
