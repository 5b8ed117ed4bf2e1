import BuildGraph

/// The formats of `sysbuild graph --format`.
package enum DrawingFormat: String, CaseIterable {
  case tree, dot, mermaid, svg, json
}
