import BuildSettings
import Execution
import Platform
package import TextKit

/// A parsed command line, checked against the tables of commands and options. Targets and files are not looked
/// up yet.
package struct Invocation: Equatable {
  /// The command; a build unless a word selects another.
  private(set) var command = Command.build
  /// Targets, or the command's own words.
  package private(set) var words: [String] = []
  private(set) var variables: [Assignment] = []
  /// What `MAKEFLAGS` says, if a make is the caller.
  var caller = MakeFlags()
  private var given: [Given] = []

  /// An option on the command line, with its argument, which is empty for a flag.
  ///
  /// These are kept in an array, because searching it takes less time than setting up a dictionary, and every
  /// run would pay for that.
  private struct Given: Equatable {
    let option: Option
    let argument: String
  }

  /// - Parameter arguments: without the program's name.
  package init(_ arguments: [[UInt8]]) throws(UserError) {
    var rest = try Self.decoded(arguments)[...]
    var readsOptions = true
    while let argument = rest.popFirst() {
      if command.words.areOfAnother(readsOptions) {
        words.append(argument)
      } else if readsOptions, argument == "--" {
        readsOptions = false
      } else if readsOptions, argument.hasPrefix("--") {
        try readLong(argument, &rest)
      } else if readsOptions, argument.hasPrefix("-"), argument != "-" {
        try readShort(argument.dropFirst(), &rest)
      } else if let assignment = Assignment(argument) {
        variables.append(assignment)
      } else if command == .build, words.isEmpty,
        let found = CommandTable.commands.first(where: { $0.name == argument })
      {
        command = found
      } else if case .optionsOfAnother = command.words {
        throw .onlyOptions(command.name, argument)
      } else {
        words.append(argument)
      }
    }
    try check()
  }

  func has(_ option: Option) -> Bool { given.contains { $0.option == option } }

  /// The arguments of an option, one for each time that it is given.
  func values(of option: Option) -> [String] { given.filter { $0.option == option }.map(\.argument) }

  /// The argument of an option; the last one if it is given several times.
  func value(of option: Option) -> String? { given.last { $0.option == option }?.argument }

  private static func decoded(_ arguments: [[UInt8]]) throws(UserError) -> [String] {
    var strings: [String] = []
    for argument in arguments {
      guard let string = String(validating: argument, as: UTF8.self) else {
        throw .notUTF8(printable(argument))
      }
      strings.append(string)
    }
    return strings
  }

  private mutating func readLong(_ argument: String, _ rest: inout ArraySlice<String>) throws(UserError) {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let value = parts.count > 1 ? parts[1] : nil
    guard let option = CommandTable.options.first(where: { $0.spellings.contains(parts[0]) }) else {
      throw .unknownOption(parts[0])
    }
    if option.argument == nil, value != nil { throw .needlessArgument(parts[0]) }
    try take(option, spelled: parts[0], value, &rest)
  }

  private mutating func readShort(
    _ letters: Substring, _ rest: inout ArraySlice<String>
  ) throws(UserError) {
    var letters = letters
    while let letter = letters.popFirst() {
      guard let option = CommandTable.options.first(where: { $0.letter == letter }) else {
        throw .unknownOption("-\(letter)")
      }
      // The rest of the word after the letter is the argument.
      let attached = option.argument == nil || letters.isEmpty ? nil : String(letters)
      if option.argument != nil { letters = "" }
      try take(option, spelled: "-\(letter)", attached, &rest)
    }
  }

  private mutating func take(
    _ option: Option, spelled spelling: String, _ attached: String?, _ rest: inout ArraySlice<String>
  ) throws(UserError) {
    guard let argument = option.argument else {
      return given.append(Given(option: option, argument: ""))
    }
    guard let value = attached ?? rest.popFirst(), !value.isEmpty else {
      throw .missingArgument(spelling, argument.noun)
    }
    try argument.check(value)
    given.append(Given(option: option, argument: value))
  }

  /// Rejects options and words that would otherwise be ignored silently.
  private func check() throws(UserError) {
    if has(.help) || has(.version) { return }
    if let misplaced = given.first(where: { !CommandTable.allows($0.option, with: command) }) {
      throw .misplaced(misplaced.option, beside: command)
    }
    if case .none = command.words, let word = words.first { throw .noWords(command.name, word) }
    try command.check(self)
  }
}
