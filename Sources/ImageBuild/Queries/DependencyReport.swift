import PortageFiles
import TextKit

/// The dependencies of a root as trees: what packages need, or what needs them.
package struct DependencyReport {
  private let graph: DependencyGraph

  package init(_ graph: DependencyGraph) { self.graph = graph }

  /// A package still to be written, with the prefix of its own line and that of the lines below it.
  private struct Item {
    let index: Int
    /// The dependency that joins it to the package above.
    let need: DependencyGraph.Need?
    let branch: String
    let below: String
  }

  // MARK: What packages need

  /// A tree for each package, with what it needs below it. A package that occurs again is named, but what it needs is not
  /// repeated.
  ///
  /// - Parameter words: name packages; if there are none, it is what the sets list, and what nothing needs.
  package func tree(_ word: String?, width: Int?) -> String {
    text(of: tops(word), width: width) { index in
      graph.needs(of: index).map { ($0.package, $0) }
    }
  }

  private func tops(_ word: String?) -> [Int] {
    if let word { return graph.indices(of: word) }
    let found = reached(from: graph.goals)
    // What nothing asks for is there for a reason that is not known.
    let others = graph.packages.indices.filter { !found.contains($0) }
    let needed = Set(others.flatMap { graph.needs(of: $0).map(\.package) })
    return graph.goals + others.filter { !needed.contains($0) } + others.filter(needed.contains)
  }

  private func reached(from tops: [Int]) -> Set<Int> {
    var found = Set(tops)
    var pending = tops
    while let index = pending.popLast() {
      pending += graph.needs(of: index).map(\.package).filter { found.insert($0).inserted }
    }
    return found
  }

  private func text(
    of tops: [Int], width: Int?, below: (Int) -> [(index: Int, need: DependencyGraph.Need)]
  ) -> String {
    var rows: [[String]] = []
    var seen: Set<Int> = []
    var items = tops.reversed().map { Item(index: $0, need: nil, branch: "", below: "") }
    while let item = items.popLast() {
      let package = graph.packages[item.index]
      let isNew = seen.insert(item.index).inserted
      if !isNew, item.need == nil { continue }
      let next = isNew ? below(item.index) : []
      rows.append([
        item.branch + package.text + (isNew || below(item.index).isEmpty ? "" : " (above)"),
        ((item.need.map { [$0.text] } ?? []) + package.listed).filter { !$0.isEmpty }.joined(separator: ", "),
      ])
      for (number, child) in next.enumerated().reversed() {
        let isLast = number == next.count - 1
        items.append(
          Item(
            index: child.index, need: child.need, branch: item.below + (isLast ? "└─ " : "├─ "),
            below: item.below + (isLast ? "   " : "│  ")))
      }
    }
    return Table(["package", "why"], rows).text(width: width)
  }

  package func treeJSON(_ word: String?) -> String {
    let tops = tops(word)
    let object: JSON = [
      "version": 1, "root": .string(graph.root), "of": .array(tops.map(name)),
      "packages": .array(json(of: word == nil ? Set(graph.packages.indices) : reached(from: tops))),
    ]
    return object.pretty + "\n"
  }

  // MARK: What needs a package

  /// The shortest chain from a line of a set, then a tree with what needs the package below it.
  package func reverse(_ word: String, width: Int?) -> String {
    let tops = graph.indices(of: word)
    let users = users
    return tops.map { top in
      let chain =
        chain(to: top).map(text(of:)) ?? "nothing that the sets list needs \(graph.packages[top].text)"
      return chain + "\n\n" + text(of: [top], width: width) { users[$0] }
    }.joined(separator: "\n")
  }

  package func reverseJSON(_ word: String) -> String {
    let tops = graph.indices(of: word)
    let users = users
    var found = Set(tops)
    var pending = tops
    while let index = pending.popLast() {
      pending += users[index].map(\.index).filter { found.insert($0).inserted }
    }
    let object: JSON = [
      "version": 1, "root": .string(graph.root), "of": .array(tops.map(name)),
      "chains": .array(tops.compactMap { chain(to: $0) }.map(json(of:))),
      "packages": .array(json(of: found)),
    ]
    return object.pretty + "\n"
  }

  /// For each package those that need it.
  private var users: [[(index: Int, need: DependencyGraph.Need)]] {
    var users = graph.packages.map { _ in [(index: Int, need: DependencyGraph.Need)]() }
    for index in graph.packages.indices {
      for need in graph.needs(of: index) { users[need.package].append((index, need)) }
    }
    return users
  }

  /// A package that a set lists, and the needs that lead from it to another.
  private struct Chain {
    let start: Int
    let needs: [DependencyGraph.Need]
  }

  /// The shortest chain; nil if there is none.
  private func chain(to top: Int) -> Chain? {
    let users = users
    // For each package that was reached the way to `top`.
    var ways: [Int: [DependencyGraph.Need]] = [top: []]
    var level = [top]
    while !level.isEmpty {
      if let start = graph.goals.first(where: level.contains) {
        return Chain(start: start, needs: ways[start] ?? [])
      }
      var next: [Int] = []
      for index in level {
        for user in users[index] where ways[user.index] == nil {
          ways[user.index] = [user.need] + (ways[index] ?? [])
          next.append(user.index)
        }
      }
      level = next
    }
    return nil
  }

  private func text(of chain: Chain) -> String {
    let steps = chain.needs.map { need in
      let reason = need.reason
      return graph.packages[need.package].package + (reason.isEmpty ? "" : " (\(reason))")
    }
    let start = graph.packages[chain.start]
    return "\(start.listed[0]) \(([start.package] + steps).joined(separator: " → "))"
  }

  // MARK: JSON

  private func json(of chain: Chain) -> JSON {
    [
      "listed": .string(graph.packages[chain.start].listed[0]), "package": name(chain.start),
      "needs": .array(chain.needs.map(json)),
    ]
  }

  private func json(of indices: Set<Int>) -> [JSON] {
    indices.sorted().map { index in
      let package = graph.packages[index]
      return [
        "name": .string(package.package), "version": .string(package.version), "slot": .string(package.slot),
        "listed": .array(package.listed.map { .string($0) }),
        "needs": .array(package.needs.filter { indices.contains($0.package) }.map(json)),
      ]
    }
  }

  private func json(_ need: DependencyGraph.Need) -> JSON { ["package": name(need.package)] + need.json }

  private func name(_ index: Int) -> JSON { .string("\(graph.packages[index].id)") }
}

extension DependencyGraph.Need {
  /// The alternative that it is, the flags that it stands for, and whether it is only for a build.
  fileprivate var reason: String {
    let choices = alternatives.map { "|| \(Self.ordinal($0.number)) of \($0.count)" }
    let flags = conditions.map { $0.hasPrefix("!") ? "-\($0.dropFirst())" : $0 }
    return
      (choices + (flags.isEmpty ? [] : ["USE \(flags.joined(separator: " "))"])
      + (isForBuild ? ["to build"] : [])).joined(separator: ", ")
  }

  /// The reason, and the atom if it says more than a name.
  fileprivate var text: String {
    // `:*` says no more than nothing.
    let atom = atom.hasSuffix(":*") ? String(atom.dropLast(2)) : atom
    let isPlain = !atom.contains { "<>=~:[".contains($0) }
    return [isPlain ? "" : atom, reason].filter { !$0.isEmpty }.joined(separator: ", ")
  }

  var json: JSON {
    [
      "kind": .string(kind), "atom": .string(atom), "conditions": .array(conditions.map { .string($0) }),
      "alternatives": .array(
        alternatives.map { ["number": .integer($0.number), "of": .integer($0.count)] }),
    ]
  }

  private static func ordinal(_ number: Int) -> String {
    let words = ["first", "second", "third"]
    return number <= words.count ? words[number - 1] : "\(number)th"
  }
}
