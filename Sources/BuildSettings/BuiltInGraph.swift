package import BuildGraph

/// The graph that a source tree has unless its targets file says `graph = none`, with the variables that it brings.
package protocol BuiltInGraph {
  /// The PATH of its commands, a template over variables such as `${O}`.
  var searchPath: String { get }

  /// Its variables with the values that hold unless a file, the environment or the command line gives another.
  ///
  /// - Parameter given: what the command line or else the environment says of a variable.
  func variables(given: (String) throws -> String?) throws -> [Settings.Default]

  /// Adds the variables that follow from the values of others.
  func addDerived(to variables: inout Variables) throws

  func targets(_ settings: Settings) throws -> [Target]
}
