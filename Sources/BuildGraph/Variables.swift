import TextKit

/// The variables of a build with their values and origins, in the order in which they were set.
public struct Variables: Sendable {
  public struct Variable: Hashable, Sendable {
    public let value: String
    /// Where the value was set, for a person: `command line`, `profiles/demo/variant.conf:3`.
    public let origin: String
    /// Whether the value changes no target's result, such as the number of jobs or the place of the sources. No
    /// stamp records it.
    public let isNeutral: Bool
  }

  private var variables: [String: Variable] = [:]
  public private(set) var names: [String] = []

  public init() {}

  public subscript(name: String) -> Variable? { variables[name] }

  /// Sets `name`, replacing a value that was set before.
  public mutating func set(_ name: String, _ value: String, origin: String, isNeutral: Bool = false) {
    if variables.updateValue(Variable(value: value, origin: origin, isNeutral: isNeutral), forKey: name) == nil
    {
      names.append(name)
    }
  }

  /// Whether `text` is a letter or `_`, then letters, digits and `_`.
  public static func isName(_ text: some StringProtocol) -> Bool { isVariableName(text.utf8) }
}
