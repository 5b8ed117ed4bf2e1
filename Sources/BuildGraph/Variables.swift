import TextKit

/// The variables of a build with their values and where each comes from, in the order they were set.
///
/// It does not know which target uses what.
public struct Variables: Sendable {
  public struct Variable: Hashable, Sendable {
    public let value: String
    /// Where the value comes from, for a person: `command line`, `profiles/demo/variant.conf:3`.
    public let origin: String
    /// Whether a target's result is the same whatever the value: the number of jobs, where the sources
    /// lie. No stamp records it.
    public let isNeutral: Bool
  }

  private var variables: [String: Variable] = [:]
  public private(set) var names: [String] = []

  public init() {}

  public subscript(name: String) -> Variable? { variables[name] }

  /// Sets `name`; the value set last holds.
  public mutating func set(_ name: String, _ value: String, origin: String, isNeutral: Bool = false) {
    if variables.updateValue(Variable(value: value, origin: origin, isNeutral: isNeutral), forKey: name) == nil
    {
      names.append(name)
    }
  }

  /// Whether `text` is a letter or `_`, then letters, digits and `_`.
  public static func isName(_ text: some StringProtocol) -> Bool { isVariableName(text.utf8) }
}
