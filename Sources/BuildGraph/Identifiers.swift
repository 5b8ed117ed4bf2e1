/// A target of one graph: its place in `Graph.nodes`, which is also the order targets run in.
public struct TargetID: Hashable, Comparable, Sendable {
  let index: Int
  public static func < (left: Self, right: Self) -> Bool { left.index < right.index }
}

/// An artifact of one graph: its place in `Graph.artifacts`.
public struct ArtifactID: Hashable, Comparable, Sendable {
  let index: Int
  public static func < (left: Self, right: Self) -> Bool { left.index < right.index }
}
