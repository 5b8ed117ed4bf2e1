public import Platform
public import Stamps

/// A validated, acyclic graph of targets, with what each of them reads and makes. `GraphBuilder` makes it from
/// declarations, `Plan` decides what to run, `Scheduler` runs it.
public struct Graph: Sendable {
  /// A target with its references resolved.
  public struct Node: Sendable {
    public let id: TargetID
    public let target: Target
    public let needs: [TargetID]
    /// What it reads besides outputs of its needs: first what it declares, then what its recipe implies
    /// (values, programs).
    public let inputs: [ArtifactID]
    /// The outputs of its needs; see `GraphBuilder`.
    public let received: [ArtifactID]
    public let outputs: [ArtifactID]
    public let commands: [CommandTemplate]
    /// The variables that it sets for its commands.
    public let environment: [(name: String, value: Template)]
    public let limits: RunLimits

    public var name: String { target.name }

    /// Whether it only groups its needs. Such a target never runs, and its dependents receive what it receives.
    public var isAlias: Bool { commands.isEmpty }

    /// The recipe as a stamp records it: before expansion, so that the change of a variable's value is not a
    /// change of the recipe.
    public var recipe: [String] {
      environment.map { "environment \($0.name)=\($0.value)" } + commands.map { "run \($0)" }
    }

    /// The part of a line of `recipe` that says what it is about: `run`, or `environment` and the name.
    static func head(_ line: String) -> Substring {
      line.hasPrefix("run ") ? line.prefix(3) : line.prefix { $0 != "=" }
    }
  }

  /// An artifact and, where its kind has one, its absolute path.
  public struct ArtifactNode: Hashable, Sendable {
    public let artifact: Artifact
    public let path: Path?
    /// Whether targets may change it, as it lies in O or IMAGESDIR.
    public let isMade: Bool
    /// For a program, the PATH on which it is looked for.
    public let searchPath: String?
  }

  /// The targets, each behind its needs, otherwise in the order in which they were declared.
  public let nodes: [Node]
  public let artifacts: [ArtifactNode]
  public let variables: Variables
  public let locations: Locations
  /// The environment of every command, to which its target may add.
  public let baseEnvironment: [(name: String, value: Template)]
  private let ids: [String: TargetID]
  private let makers: [ArtifactID: TargetID]

  init(
    nodes: [Node], artifacts: [ArtifactNode], variables: Variables, locations: Locations,
    baseEnvironment: [(name: String, value: Template)], firstDeclared: String?
  ) {
    self.nodes = nodes
    self.artifacts = artifacts
    self.variables = variables
    self.locations = locations
    self.baseEnvironment = baseEnvironment
    ids = Dictionary(nodes.map { ($0.name, $0.id) }, uniquingKeysWith: { first, _ in first })
    makers = Dictionary(
      nodes.flatMap { node in node.outputs.map { ($0, node.id) } }, uniquingKeysWith: { first, _ in first })
    self.firstDeclared = firstDeclared.flatMap { [ids] in ids[$0] }
  }

  public subscript(id: TargetID) -> Node { nodes[id.index] }
  public subscript(id: ArtifactID) -> ArtifactNode { artifacts[id.index] }

  public func id(of name: String) -> TargetID? { ids[name] }

  /// The target that declares this artifact as its output.
  public func maker(of id: ArtifactID) -> TargetID? { makers[id] }

  /// The target that was declared first.
  public let firstDeclared: TargetID?

  /// `goals` and all that they need, in the order of `nodes`.
  public func closure(of goals: [TargetID]) -> [TargetID] {
    var isWanted = [Bool](repeating: false, count: nodes.count)
    var pending = goals
    while let id = pending.popLast() {
      if isWanted[id.index] { continue }
      isWanted[id.index] = true
      pending += self[id].needs
    }
    return nodes.indices.filter { isWanted[$0] }.map(TargetID.init)
  }

  /// A command as it runs, with each reference to items of an input replaced by what `items` returns.
  ///
  /// - Parameter variables: what it sees instead of this graph's variables.
  public func command(
    _ template: CommandTemplate, variables: Variables? = nil, items: (Artifact) -> [String]
  ) -> Job.Command {
    func expand(_ template: Template) -> String { self.expand(template, variables) }
    let words = template.words.flatMap { word in
      if case .items(let kind, let name) = word.parts.first {
        return items(Artifact(.init(rawValue: kind), name))
      }
      return [expand(word)]
    }
    return Job.Command(environment: template.assignments.map { ($0.name, expand($0.value)) }, words: words)
  }

  /// The environment of a target's commands. Of two settings of one variable the last counts.
  ///
  /// - Parameter variables: what they see instead of this graph's variables.
  public func environment(
    of id: TargetID, variables: Variables? = nil
  ) -> [(name: String, value: String)] {
    (baseEnvironment + self[id].environment).map { ($0.name, expand($0.value, variables)) }
  }

  private func expand(_ template: Template, _ variables: Variables?) -> String {
    template.expanded { (variables ?? self.variables)[$0]?.value ?? "" }
  }
}
