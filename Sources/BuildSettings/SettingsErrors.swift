import PortageFiles
import TextKit

/// The messages about variables, variants and the source tree.
extension UserError {
  static func unknownVariable(_ name: String, among names: [String]) -> Self {
    let hint = didYouMean(name, among: names)
    return Self(
      "no variable is called '\(name)'\(hint.isEmpty ? "; the build has \(names.joined(separator: ", "))" : hint)"
    )
  }

  static func unknownVariant(_ name: String, among names: [String]) -> Self {
    let hint = didYouMean(name, among: names)
    let all = names.isEmpty ? "; there is none in profiles" : "; there are \(names.joined(separator: ", "))"
    return Self("no variant is called '\(name)'\(hint.isEmpty ? all : hint)")
  }

  static func noSourceTree(_ folder: String) -> Self {
    Self(
      "'\(folder)' is no source tree: it has neither 'profiles' nor 'targets.conf'; go to one, or name it with -C"
    )
  }
}

/// The messages about variant.conf.
extension SourceError {
  static func notAnAssignment(_ file: String, line: Int, _ text: String) -> SourceError {
    SourceError(file, line: line, "'\(text)' is no assignment: write NAME=value")
  }

  static func spaceAroundEquals(_ file: String, line: Int, _ name: String) -> SourceError {
    SourceError(file, line: line, "a space beside the '=' of '\(name)': write \(name)=value")
  }

  static func badVariable(_ file: String, line: Int, _ name: String) -> SourceError {
    SourceError(
      file, line: line,
      "'\(name)' is no name of a variable: use letters, digits and '_', and begin with no digit")
  }

  static func variableTwice(_ file: String, line: Int, _ name: String, first: Int) -> SourceError {
    SourceError(file, line: line, "'\(name)' has a value already, from line \(first): delete one of the two")
  }

  static func openQuote(_ file: String, line: Int, _ quote: String) -> SourceError {
    SourceError(file, line: line, "a \(quote) that is not closed on its line: close it")
  }

  static func trailingBackslash(_ file: String, line: Int) -> SourceError {
    SourceError(file, line: line, "a backslash at the end: a value ends on its line")
  }

  static func unquotedSpace(_ file: String, line: Int, _ name: String, rest: String) -> SourceError {
    SourceError(
      file, line: line, "'\(rest)' follows the value of '\(name)': put a value with spaces in quotes")
  }

  static func shellExpansion(_ file: String, line: Int, _ text: String) -> SourceError {
    SourceError(
      file, line: line,
      "'\(text)' is for a shell, and none reads this file: only ${NAME} is replaced; for the character itself, put the value in single quotes"
    )
  }

  static func unknownVariable(_ file: String, line: Int, _ name: String, hint: String?) -> SourceError {
    SourceError(
      file, line: line,
      "${\(name)} has no value: give \(name) one on an earlier line\(hint.map { ": did you mean '\($0)'?" } ?? "")"
    )
  }
}
