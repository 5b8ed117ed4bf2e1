/// A package that another one is built against.
struct Against: Hashable {
  /// What counts of it.
  enum Measure: String, CaseIterable {
    /// What others see of it when they are built.
    case interface
    /// All that it installs, also the code of shared objects.
    case content
    /// Nothing: what is built against it is not built anew because of it.
    case never
  }

  /// `category/name:slot`
  let place: String
  var measure = Measure.interface

  /// `category/name:slot`, with `=MEASURE` if it is not the interface.
  var text: String { place + (measure == .interface ? "" : "=\(measure.rawValue)") }

  init(_ place: String, _ measure: Measure = .interface) {
    self.place = place
    self.measure = measure
  }

  /// Reads what `text` is.
  init(text: some StringProtocol) {
    let parts = String(text).split(separator: "=", maxSplits: 1).map(String.init)
    self.init(parts.first ?? "", parts.count > 1 ? Measure(rawValue: parts[1]) ?? .interface : .interface)
  }
}
