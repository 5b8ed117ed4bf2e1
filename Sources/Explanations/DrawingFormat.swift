import BuildGraph

/// What `graph --format` takes.
package enum DrawingFormat: String, CaseIterable {
  case tree, dot, mermaid, svg, json
}
