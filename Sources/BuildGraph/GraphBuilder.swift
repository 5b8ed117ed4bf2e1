import Platform
import Stamps
import TextKit

/// Makes a graph from declared targets, or reports everything that is wrong with them.
///
/// It reads no file, and does not check whether inputs exist.
public struct GraphBuilder {
  let variables: Variables
  let locations: Locations
  let declarations: [Artifact.Kind: ArtifactDeclaration]
  /// In the order in which messages name them.
  let kinds: [Artifact.Kind]
  let reservedNames: Set<String>
  let baseEnvironment: [(name: String, value: Template)]
  var problems: [GraphProblem] = []
  var artifacts: [Graph.ArtifactNode] = []
  private var artifactIDs: [Key: ArtifactID] = [:]

  /// The same name may mean two programs for two targets.
  private struct Key: Hashable {
    let artifact: Artifact
    let searchPath: String?
  }

  /// - Parameters:
  ///   - declarations: the kinds of artifacts that targets may declare.
  ///   - reservedNames: the names that no target may have.
  ///   - baseEnvironment: what each command finds in its environment; never recorded in a stamp.
  public init(
    variables: Variables, locations: Locations,
    declarations: [ArtifactDeclaration] = ArtifactDeclaration.engine,
    reservedNames: Set<String> = [], baseEnvironment: [(name: String, value: Template)] = []
  ) {
    self.variables = variables
    self.locations = locations
    self.declarations = Dictionary(declarations.map { ($0.kind, $0) }) { first, _ in first }
    kinds = declarations.map(\.kind)
    self.reservedNames = reservedNames
    self.baseEnvironment = baseEnvironment
  }

  /// The graph of `targets`.
  public mutating func build(_ targets: [Target]) throws(GraphProblems) -> Graph {
    let named = checkNames(targets)
    let order = try sorted(targets, by: named)
    let ids = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1.name, TargetID(index: $0)) })
    var nodes: [Graph.Node] = []
    for (index, target) in order.enumerated() {
      let needs = unique(target.needs.compactMap { ids[$0] })
      nodes.append(node(target, id: TargetID(index: index), needs: needs, before: nodes))
    }
    checkOutputs(nodes)
    guard problems.isEmpty else { throw GraphProblems(problems: problems) }
    return Graph(
      nodes: nodes, artifacts: artifacts, variables: variables, locations: locations,
      baseEnvironment: baseEnvironment, firstDeclared: targets.first?.name)
  }

  private mutating func checkNames(_ targets: [Target]) -> [String: Target] {
    var named: [String: Target] = [:]
    for target in targets {
      if !Self.isName(target.name) { problems.append(.badName(target)) }
      if reservedNames.contains(target.name) { problems.append(.reservedName(target)) }
      if let first = named[target.name] {
        problems.append(.declaredTwice(target, first: first))
      } else {
        named[target.name] = target
      }
    }
    for target in targets {
      for need in target.needs where named[need] == nil {
        problems.append(.unknownNeed(need, of: target, among: targets.map(\.name)))
      }
    }
    return named
  }

  static func isName(_ name: String) -> Bool {
    guard let first = name.utf8.first, first.isLetter || first.isDigit, name.utf8.count <= 200 else {
      return false
    }
    return name.utf8.allSatisfy { $0.isLetter || $0.isDigit || "_.+-".utf8.contains($0) }
  }

  /// The targets, each behind its needs: depth first, in the order in which they were declared.
  private func sorted(_ targets: [Target], by named: [String: Target]) throws(GraphProblems) -> [Target] {
    guard problems.isEmpty else { throw GraphProblems(problems: problems) }
    enum Mark { case open, done }
    var marks: [String: Mark] = [:]
    var order: [Target] = []
    for start in targets where marks[start.name] == nil {
      var path: [(target: Target, next: Int)] = [(start, 0)]
      marks[start.name] = .open
      while let (target, next) = path.last {
        guard next < target.needs.count else {
          marks[target.name] = .done
          order.append(target)
          path.removeLast()
          continue
        }
        path[path.count - 1].next += 1
        guard let need = named[target.needs[next]] else { continue }
        switch marks[need.name] {
        case .done: continue
        case .open:
          let names = path.map(\.target.name).drop { $0 != need.name } + [need.name]
          throw GraphProblems(problems: [.cycle(Array(names), at: need)])
        case nil:
          marks[need.name] = .open
          path.append((need, 0))
        }
      }
    }
    return order
  }

  private mutating func node(
    _ target: Target, id: TargetID, needs: [TargetID], before nodes: [Graph.Node]
  ) -> Graph.Node {
    var reader = RecipeReader(target: target, variables: variables)
    let commands = reader.commands()
    let environment = reader.environment()
    if commands.isEmpty && !target.outputs.isEmpty { problems.append(.noRecipe(target)) }
    let path = searchPath(environment)
    let declared = target.inputs.compactMap { artifact($0, of: target, path, reader: &reader) }
    let outputs = target.outputs.compactMap { output($0, of: target, reader: &reader) }
    let implied = impliedInputs(of: commands, environment, path)
    reader.checkItems(of: commands, declared: declared.map { self.artifacts[$0.index].artifact })
    problems += reader.problems

    let named = Set(declared)
    var received: [ArtifactID] = []
    for need in needs {
      let node = nodes[need.index]
      if node.isAlias {
        received += node.inputs + node.received
      } else if node.outputs.isEmpty {
        received.append(intern(Artifact(.result, node.name), path: nil))
      } else {
        // A target that names some of them does not depend on the others.
        let some = node.outputs.filter(named.contains)
        received += some.isEmpty ? node.outputs : some
      }
    }
    received = unique(received)
    let isReceived = Set(received)
    let own = unique(declared + implied).filter { !isReceived.contains($0) }
    return Graph.Node(
      id: id, target: target, needs: needs, inputs: own, received: received, outputs: unique(outputs),
      commands: commands, environment: environment, limits: RunLimits(target, &problems))
  }

  /// What the recipe implies that a target reads: the values of its variables, and its programs.
  private mutating func impliedInputs(
    of commands: [CommandTemplate], _ environment: [(name: String, value: Template)], _ searchPath: String
  ) -> [ArtifactID] {
    var inputs: [ArtifactID] = []
    for command in commands {
      guard let program = command.words.first else { continue }
      let name = expand(program)
      if name.contains("/") {
        let path = locations.path(of: name)
        if !locations.isWritable(path) { inputs.append(intern(.file, path)) }
      } else if name != Graph.ownProgram && !Graph.standardPrograms.contains(name) {
        let own = command.assignments.last { $0.name == "PATH" }.map { expand($0.value) }
        inputs.append(intern(Artifact(.tool, name), path: nil, searchPath: own ?? searchPath))
      }
    }
    let templates = commands.flatMap(\.templates) + environment.map(\.value)
    for name in templates.flatMap(\.variables) where variables[name]?.isNeutral == false {
      inputs.append(intern(Artifact(.value, name), path: nil))
    }
    return inputs
  }

  private mutating func output(
    _ text: String, of target: Target, reader: inout RecipeReader
  ) -> ArtifactID? {
    guard let id = artifact(text, of: target, nil, reader: &reader) else { return nil }
    let artifact = artifacts[id.index]
    guard let path = artifact.path, declarations[artifact.artifact.kind]?.mayBeOutput == true else {
      let kinds = kinds.filter { declarations[$0]?.mayBeOutput == true }.map(\.rawValue)
      problems.append(.badOutputKind(text, in: target, kinds: kinds))
      return nil
    }
    if !locations.isWritable(path) || path == locations.build || path == locations.images {
      problems.append(.outputOutside(text, of: target))
    }
    return id
  }

  /// The PATH on which a target's programs are looked for: its own, or that of the base environment.
  private func searchPath(_ environment: [(name: String, value: Template)]) -> String {
    (baseEnvironment + environment).last { $0.name == "PATH" }.map { expand($0.value) } ?? ""
  }

  private func expand(_ template: Template) -> String {
    template.expanded { variables[$0]?.value ?? "" }
  }

  /// The artifact that `text`, `KIND:NAME !EXCLUDED…`, declares.
  private mutating func artifact(
    _ text: String, of target: Target, _ searchPath: String?, reader: inout RecipeReader
  ) -> ArtifactID? {
    // Split before expanding, since blanks in a value separate nothing.
    let templates = text.utf8.split(separator: UInt8(ascii: " ")).map { String(Substring($0)) }
    let words = templates.compactMap { reader.expand($0) }
    guard words.count == templates.count else { return nil }
    guard let first = words.first, let colon = first.utf8.firstIndex(of: UInt8(ascii: ":")),
      let declaration = declarations[Artifact.Kind(rawValue: String(first[..<colon]))],
      case let name = String(first[first.utf8.index(after: colon)...]), !name.isEmpty,
      words.dropFirst().allSatisfy({ $0.utf8.first == UInt8(ascii: "!") && declaration.takesExclusions })
    else {
      problems.append(.badArtifact(text, in: target, kinds: kinds.map(\.rawValue)))
      return nil
    }
    let kind = declaration.kind
    guard declaration.takesPath else {
      return intern(Artifact(kind, name), path: nil, searchPath: kind == .tool ? searchPath : nil)
    }
    return intern(kind, locations.path(of: name), excluding: words.dropFirst().map { String($0.dropFirst()) })
  }

  private mutating func intern(
    _ kind: Artifact.Kind, _ path: Path, excluding: [String] = []
  ) -> ArtifactID {
    intern(Artifact(kind, "\(locations.name(of: path))", excluding: excluding), path: path)
  }

  private mutating func intern(
    _ artifact: Artifact, path: Path?, searchPath: String? = nil
  ) -> ArtifactID {
    let key = Key(artifact: artifact, searchPath: searchPath)
    if let id = artifactIDs[key] { return id }
    let id = ArtifactID(index: artifacts.count)
    artifactIDs[key] = id
    let isMade = path.map { locations.isWritable($0) } ?? false
    artifacts.append(
      Graph.ArtifactNode(artifact: artifact, path: path, isMade: isMade, searchPath: searchPath))
    return id
  }
}

extension Graph {
  /// The word that stands for the running sysbuild as a command's program, which is never an input.
  public static let ownProgram = "sysbuild"

  /// Programs whose behaviour POSIX specifies. Another version makes no difference, so they are inputs only of
  /// targets that declare them.
  public static let standardPrograms: Set<String> = [
    "cat", "chmod", "cmp", "cp", "echo", "env", "false", "ln", "mkdir", "mv", "printf", "rm", "rmdir", "sh",
    "test", "touch", "true",
  ]
}

func unique<Element: Hashable>(_ elements: [Element]) -> [Element] {
  // Most arrays are those of one target, too short to be worth a set.
  if elements.count <= 8 {
    return elements.indices.filter { !elements[..<$0].contains(elements[$0]) }.map { elements[$0] }
  }
  var seen: Set<Element> = []
  return elements.filter { seen.insert($0).inserted }
}
