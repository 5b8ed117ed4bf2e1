import Platform

/// The variables that the make.defaults of the profiles and make.conf set, as Portage hands them to ebuilds. A value may
/// refer to variables of earlier files.
public struct ConfigurationVariables {
  public struct Value: Hashable, Sendable {
    /// Where a variable that no file sets stands as `${NAME}`.
    public let value: [UInt8]
    /// `file:line` of the last assignment.
    public let place: String
  }

  private var texts: [String: MakeVariables.Text] = [:]
  /// For variables whose values Portage joins, the values of all files.
  private var joined: [String: MakeVariables.Text] = [:]
  private var places: [String: String] = [:]
  /// The variables of profiles' files that have not been stacked yet.
  private var waiting: [(file: Path, variables: [MakeVariables.Variable])] = []

  mutating func set(_ name: String, _ value: [UInt8]) { texts[name] = MakeVariables.Text(value) }

  /// Adds what `file` sets.
  ///
  /// - Parameter isStacked: whether `stack` adds it, since its place is that of its profile.
  mutating func add(_ variables: [MakeVariables.Variable], of file: Path, isStacked: Bool) {
    if isStacked {
      waiting.append((file, variables))
    } else {
      add(variables)
    }
  }

  /// Adds the files of profiles in this order. Each may be a folder of files.
  mutating func stack(_ files: [Path]) {
    for file in files {
      for (path, variables) in waiting where path.isInside(file) { add(variables) }
    }
  }

  private mutating func add(_ variables: [MakeVariables.Variable]) {
    for variable in variables {
      let text = variable.text.filled { texts[$0] }
      texts[variable.name] = text
      if MakeVariables.lists.contains(variable.name) {
        joined[variable.name] = joined[variable.name].map { $0.joined(with: text) } ?? text
      }
      places[variable.name] = variable.place
    }
  }

  /// The value of a variable before those of other files are put in; nil if no file has set it.
  func text(_ name: String) -> MakeVariables.Text? { texts[name] }

  /// The whole value of a variable; nil if that is not known.
  func value(_ name: String) -> [UInt8]? { texts[name]?.expanded { _ in nil } }

  var values: [String: Value] {
    var values: [String: Value] = [:]
    for (name, place) in places {
      values[name] = (joined[name] ?? texts[name]).map { Value(value: $0.readable, place: place) }
    }
    return values
  }
}
