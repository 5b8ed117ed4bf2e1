import TextKit

/// A mistake in a graph's declaration, as a message of one line. All messages about graphs are here.
public struct GraphProblem: Error, Hashable, Sendable, CustomStringConvertible {
  public let description: String

  private init(_ target: Target, _ text: String) {
    description = (target.place.map { $0 + ": " } ?? "") + "target '\(target.name)' " + text
  }

  static func badName(_ target: Target) -> Self {
    Self(
      target,
      "has an invalid name: use letters, digits, '_', '.', '+' and '-', and begin with a letter or digit")
  }

  static func reservedName(_ target: Target) -> Self {
    Self(target, "has the name of a query of the command line: choose another name")
  }

  static func declaredTwice(_ target: Target, first: Target) -> Self {
    let place = first.place ?? "built in"
    return Self(
      target, "is declared twice (first: \(place)): use [extend \(target.name)] or [override \(target.name)]")
  }

  static func unknownNeed(_ need: String, of target: Target, among names: [String]) -> Self {
    Self(target, "needs '\(need)', which is no target" + didYouMean(need, among: names))
  }

  static func cycle(_ names: [String], at target: Target) -> Self {
    Self(target, "needs itself: \(names.joined(separator: " -> "))")
  }

  static func badTemplate(_ text: String, _ error: TemplateError, in target: Target) -> Self {
    Self(target, "has '\(text)': \(error)")
  }

  static func unknownVariable(_ name: String, in target: Target, among names: [String]) -> Self {
    Self(target, "uses '${\(name)}', which is not set" + didYouMean(name, among: names))
  }

  static func badArtifact(_ text: String, in target: Target, kinds: [String]) -> Self {
    let kind = String(text.prefix { $0 != ":" })
    return Self(
      target,
      "has '\(text)', which is not KIND:NAME with a kind of \(kinds.joined(separator: ", "))"
        + (kinds.contains(kind) ? "" : didYouMean(kind, among: kinds)))
  }

  static func badOutputKind(_ text: String, in target: Target, kinds: [String]) -> Self {
    Self(target, "has the output '\(text)': an output is one of \(kinds.joined(separator: ", "))")
  }

  static func outputOutside(_ output: String, of target: Target) -> Self {
    Self(
      target,
      "has the output '\(output)', which is neither under ${O} nor under ${IMAGESDIR}: targets write nowhere else"
    )
  }

  static func sharedOutput(_ output: String, of target: Target, other: Target) -> Self {
    Self(
      target,
      "has the output '\(output)', which is an output of '\(other.name)' too: one of them must give it up")
  }

  static func nestedOutput(_ output: String, of target: Target, inside outer: String, other: Target) -> Self {
    Self(target, "has the output '\(output)', which lies inside the output '\(outer)' of '\(other.name)'")
  }

  static func missingNeed(_ input: String, of target: Target, maker: Target) -> Self {
    Self(target, "reads '\(input)', which '\(maker.name)' makes: add '\(maker.name)' to its needs")
  }

  static func readsOwnOutput(_ input: String, of target: Target) -> Self {
    Self(
      target,
      "reads '\(input)', which it makes itself: it would be stale after each run; drop it from its inputs, or let another target make it"
    )
  }

  static func readsBuild(_ input: String, of target: Target) -> Self {
    Self(
      target,
      "reads '\(input)', which holds O with the stamps and logs of every run: leave O out with ' !NAME' behind it"
    )
  }

  static func noRecipe(_ target: Target) -> Self {
    Self(target, "has outputs but nothing to run: add 'run', or drop the outputs")
  }

  static func emptyCommand(_ target: Target) -> Self {
    Self(target, "has an empty command: name a program")
  }

  static func undeclaredItems(_ reference: String, of target: Target) -> Self {
    Self(target, "uses the items of '\(reference)', which is none of its inputs: add it to them")
  }

  static func itemsInWord(_ word: String, of target: Target) -> Self {
    Self(target, "has '\(word)': the items of an input must be a word of their own")
  }

  static func badPool(_ target: Target) -> Self {
    Self(
      target,
      "has the pool '\(target.pool)', an invalid name: use letters, digits, '_', '.', '+' and '-', and begin with a letter or digit"
    )
  }

  static func badTimeout(_ target: Target) -> Self {
    Self(
      target,
      "has the timeout '\(target.timeout)': write a whole number and s, m or h, as in 90s, 30m, 2h; at most a year"
    )
  }

  static func badRetries(_ target: Target) -> Self {
    Self(target, "has '\(target.retries)' retries: write a number from 0 to 9")
  }

  static func badEnvironment(_ line: String, of target: Target) -> Self {
    Self(target, "has the environment entry '\(line)': write NAME=value")
  }
}

/// All the mistakes of one graph.
public struct GraphProblems: Error, Hashable, Sendable, CustomStringConvertible {
  public let problems: [GraphProblem]

  public var description: String {
    problems.map(\.description).joined(separator: "\n")
  }
}
