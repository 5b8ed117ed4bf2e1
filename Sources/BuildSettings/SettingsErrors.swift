import BuildGraph
import Platform
import PortageFiles
import TextKit

/// The messages about the source tree, O and IMAGESDIR, and variants.
extension UserError {
  static func sourceNotUTF8(_ source: Path) -> Self {
    Self("the source tree '\(source)' has a path that is not UTF-8: move it")
  }

  static func holdsSource(_ folder: OutputFolder, leadingTo target: Path) -> Self {
    Self(
      "\(found(folder, target)) contains the source tree: choose a folder of its own, as in \(example(folder.name))"
    )
  }

  static func insideSource(_ folder: OutputFolder, leadingTo target: Path, folder sources: Path) -> Self {
    Self(
      "\(found(folder, target)) lies in '\(sources)' of the source tree: choose a folder outside, as in "
        + example(folder.name))
  }

  /// Where a variable is set, and the folder that it names.
  private static func found(_ folder: OutputFolder, _ target: Path) -> String {
    "\(folder.origin): \(folder.name) is '\(folder.path)', which"
      + (target == folder.path ? "" : " leads to '\(target)' and")
  }

  private static func example(_ name: String) -> String {
    "\(name)=\(["O": "out", "IMAGESDIR": "images", "DISTDIR": "distfiles"][name] ?? "/var/cache/ccache")"
  }

  static func noVariant(among names: [String]) -> Self {
    guard let first = names.first else {
      return Self(
        "there is no variant: create profiles/<name>/variant.conf, or write 'graph = none' in targets.conf")
    }
    return Self(
      "VARIANT is not set; the variants are \(names.joined(separator: ", ")): choose one, as in VARIANT=\(first)"
    )
  }

  static func unknownVariant(_ name: String, among names: [String]) -> Self {
    let hint = didYouMean(name, among: names)
    let all = names.isEmpty ? "; there is none in profiles" : "; there are \(names.joined(separator: ", "))"
    return Self("no variant is called '\(name)'\(hint.isEmpty ? all : hint)")
  }

  static func noSourceTree(_ folder: String) -> Self {
    Self(
      "'\(folder)' is not a source tree: it has neither 'profiles' nor 'targets.conf'; change to one, or name it with -C"
    )
  }
}

/// The messages about variables.
extension UserError {
  static func unknownVariable(_ name: String, among names: [String]) -> Self {
    let hint = didYouMean(name, among: names)
    return Self(
      "no variable is called '\(name)'\(hint.isEmpty ? "; the build has \(names.joined(separator: ", "))" : hint)"
    )
  }

  static let sourceAssigned = Self("'SOURCE' is the source tree itself: choose it with -C")

  static func notSettableHere(_ entry: Settings.Default, owner: String) -> Self {
    Self("\(entry.origin): '\(entry.name)' cannot be set here: \(owner)")
  }

  static func environmentNotUTF8(_ name: String) -> Self {
    Self("environment: the value of '\(name)' is not UTF-8: unset it, or give it in UTF-8")
  }

  static func usesLater(_ name: String, in entry: Settings.Default) -> Self {
    Self(
      "\(entry.origin): '\(entry.name)' uses '${\(name)}', which is not set before it: set it on an earlier line, or write the value itself"
    )
  }

  static func emptyFolder(_ entry: Settings.Default) -> Self {
    Self("\(entry.origin): '\(entry.name)' is empty: name a folder")
  }

  static func blankInFolder(_ folder: String, of entry: Settings.Default, _ source: Path) -> Self {
    Self(
      "\(entry.origin): '\(entry.name)' names '\(folder)' in the source tree '\(source)', whose path has a blank, and "
        + "blanks separate folders: name a folder outside, as in \(example(entry.name))")
  }

  static func badValue(_ entry: Settings.Default, _ error: TemplateError) -> Self {
    Self("\(entry.origin): '\(entry.name)': \(error)")
  }
}

/// The messages about targets files.
extension UserError {
  static func notUTF8(at place: String) -> Self {
    Self("\(place): a byte that is not UTF-8: save the file as UTF-8")
  }

  static func continuesNothing(_ line: String, at place: String) -> Self {
    Self(
      "\(place): '\(line)' is indented, but there is no key above that it could continue: do not indent a key")
  }

  static func notASection(_ line: String, at place: String) -> Self {
    Self("\(place): '\(line)' is not a section: write [target NAME], [extend NAME] or [override NAME]")
  }

  static func unknownSectionKind(_ word: String, at place: String) -> Self {
    let hint = didYouMean(word, among: TargetsFile.Action.allCases.map(\.rawValue))
    return Self("\(place): '\(word)' is not a kind of section: write target, extend or override\(hint)")
  }

  static func noSuchTarget(_ section: TargetsFile.Section, among names: [String]) -> Self {
    Self(
      "\(section.place): there is no target '\(section.name)' to \(section.action.rawValue)"
        + didYouMean(section.name, among: names))
  }

  static func notASetting(_ line: String, at place: String) -> Self {
    Self("\(place): '\(line)' is not a setting: write 'key = value'")
  }

  static func unknownKey(_ key: TargetsFile.Key, among names: [String]) -> Self {
    Self(
      "\(key.place): unknown key '\(key.name)'\(didYouMean(key.name, among: names)); the keys are "
        + names.joined(separator: ", "))
  }

  static func keyTwice(_ key: TargetsFile.Key, first: TargetsFile.Key) -> Self {
    Self("\(key.place): '\(key.name)' is given twice (first: \(first.place)): combine them")
  }

  static func badGraph(at place: String) -> Self {
    Self("\(place): 'graph' can only be 'none': leave it out for the image graph")
  }

  static func misplacedKey(_ key: TargetsFile.Key) -> Self {
    Self(
      "\(key.place): '\(key.name)' is not allowed before the first section: only 'graph' and variables, in capitals, are"
    )
  }

  static func headerInVariantsFile(_ name: String) -> Self {
    Self(
      "\(name): a variant's targets file can only have sections: remove 'graph', and move variables to variant.conf"
    )
  }
}

/// The messages about variant.conf.
extension SourceError {
  static func missing(_ file: String) -> SourceError {
    SourceError(file, "does not exist: create it")
  }

  static func notAnAssignment(_ file: String, line: Int, _ text: String) -> SourceError {
    SourceError(file, line: line, "'\(text)' is not an assignment: write NAME=value")
  }

  static func spaceAroundEquals(_ file: String, line: Int, _ name: String) -> SourceError {
    SourceError(file, line: line, "a space beside the '=' of '\(name)': write \(name)=value")
  }

  static func badVariable(_ file: String, line: Int, _ name: String) -> SourceError {
    SourceError(
      file, line: line,
      "'\(name)' is not the name of a variable: use letters, digits and '_', and do not begin with a digit")
  }

  static func variableTwice(_ file: String, line: Int, _ name: String, first: Int) -> SourceError {
    SourceError(file, line: line, "'\(name)' has a value already, from line \(first): delete one of the two")
  }

  static func openQuote(_ file: String, line: Int, _ quote: String) -> SourceError {
    SourceError(file, line: line, "a \(quote) that is not closed on its line: close it")
  }

  static func trailingBackslash(_ file: String, line: Int) -> SourceError {
    SourceError(
      file, line: line,
      "a backslash at the end of the line: a value cannot continue on the next line, so remove it")
  }

  static func unknownBase(_ base: VariantFile.Variable, among names: [String]) -> SourceError {
    let hint = didYouMean(base.value, among: names)
    return SourceError(
      base.file, line: base.line,
      "there is no variant '\(base.value)' to build on\(hint.isEmpty ? "; there are \(names.joined(separator: ", "))" : hint)"
    )
  }

  static func badBaseName(_ base: VariantFile.Variable) -> SourceError {
    SourceError(
      base.file, line: base.line,
      "the name of a variant to build on has only letters, digits, '+', '-', '.' and '_': rename 'profiles/\(base.value)'"
    )
  }

  /// - Parameter names: the variants, from the one that is built to the one with the line; the base is one of them.
  static func baseCircle(_ base: VariantFile.Variable, through names: [String]) -> SourceError {
    let circle = (names.drop { $0 != base.value } + [base.value]).joined(separator: " → ")
    return SourceError(
      base.file, line: base.line,
      "the variant builds on itself (\(circle)): remove the line, or name another variant")
  }

  static func unquotedSpace(_ file: String, line: Int, _ name: String, rest: String) -> SourceError {
    SourceError(
      file, line: line, "'\(rest)' follows the value of '\(name)': put a value with spaces in quotes")
  }

  static func shellExpansion(_ file: String, line: Int, _ text: String) -> SourceError {
    SourceError(
      file, line: line,
      "'\(text)' is shell syntax, but no shell reads this file: only ${NAME} is expanded; for the character itself, put the value in single quotes"
    )
  }

  static func unknownVariable(_ file: String, line: Int, _ name: String, hint: String?) -> SourceError {
    SourceError(
      file, line: line,
      "${\(name)} has no value: set \(name) on an earlier line\(hint.map { ": did you mean '\($0)'?" } ?? "")"
    )
  }
}
