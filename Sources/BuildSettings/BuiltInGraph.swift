package import BuildGraph

/// The graph that a source tree has unless its targets file says `graph = none`, and the variables that it
/// defines.
package protocol BuiltInGraph {
  /// The PATH of its commands, a template over variables such as `${O}`.
  var searchPath: String { get }

  /// Its variables with their default values, which a file, the environment or the command line can override.
  ///
  /// - Parameters:
  ///   - layers: the variant, after those that it builds on.
  ///   - given: returns the value of a variable from the command line or else the environment; nil if neither sets it.
  func variables(of layers: [String], given: (String) throws -> String?) throws -> [Settings.Default]

  /// Adds the variables that follow from the values of others.
  func addDerived(to variables: inout Variables, of layers: [String]) throws

  /// The folders of sources that its variables name, to which a build must not write; absolute or relative to the
  /// source tree.
  func sourceFolders(_ variables: Variables) -> [String]

  func targets(_ settings: Settings) throws -> [Target]
}
