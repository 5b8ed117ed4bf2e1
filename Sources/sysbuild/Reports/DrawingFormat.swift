internal import BuildGraph

/// What `graph --format` takes.
enum DrawingFormat: String, CaseIterable {
  case tree, dot, mermaid, svg, json

  init(named name: String) throws(UserError) {
    guard let format = Self(rawValue: name) else {
      throw .unknownFormat(name, among: Self.allCases.map(\.rawValue))
    }
    self = format
  }
}
