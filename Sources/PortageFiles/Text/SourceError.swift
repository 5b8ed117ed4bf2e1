public import Platform
import TextKit

/// A user's mistake in a file of the source tree. The description begins with the place and ends with the
/// remedy.
///
/// This file is the catalogue of the messages about sets and configuration roots.
public struct SourceError: Error, Hashable {
  /// The file as the user would write it, relative to the source tree if it lies there.
  public let file: String
  /// The line, counted from 1; nil if the mistake is not on a single line.
  public let line: Int?
  /// What the mistake is and how to fix it, without the place.
  public let message: String

  /// Makes an error; `line` counts from 1.
  public init(_ file: String, line: Int? = nil, _ message: String) {
    self.file = file
    self.line = line
    self.message = message
  }
}

extension SourceError: CustomStringConvertible {
  /// The place, a colon and the message.
  public var description: String { "\(Self.place(file, line)): \(message)" }

  /// `file:line`, or `file` alone if `line` is nil.
  public static func place(_ file: String, _ line: Int?) -> String {
    line.map { "\(file):\($0)" } ?? file
  }
}

// Files of every kind.
extension SourceError {
  /// The error for a file whose line `line` is not UTF-8.
  public static func notText(_ file: String, line: Int) -> SourceError {
    SourceError(file, line: line, "a byte that is not UTF-8: save the file as UTF-8")
  }

  static func notAFile(_ file: String, kind: String) -> SourceError {
    SourceError(file, "is \(kind), not a file or a folder: remove it")
  }

  static func folderInsteadOfFile(_ file: String) -> SourceError {
    SourceError(file, "is a folder where a file is expected")
  }

  /// The error for a file that the system fails to read.
  public static func unreadable(_ file: String, _ error: SystemError) -> SourceError {
    SourceError(file, "\(error.action): \(error.reason)")
  }
}

// Sets.
extension SourceError {
  static func twoAtoms(_ file: String, line: Int, _ first: String, _ second: String) -> SourceError {
    SourceError(
      file, line: line,
      "'\(first)' and '\(second)' are on one line, but Portage only reads the first: write one atom per line")
  }

  static func conditionalUse(_ file: String, line: Int, _ atom: String) -> SourceError {
    SourceError(
      file, line: line,
      "'\(atom)' has a USE dependency on the flags of a parent package, but a set has no parent: write '[flag]' or '[-flag]'"
    )
  }

  static func badSetName(_ file: String, line: Int, _ name: String) -> SourceError {
    SourceError(
      file, line: line, "'@\(name)' is not the name of a set: write '@NAME' for NAME.packages beside this file")
  }

  static func missingInclude(
    _ file: String, line: Int, _ name: String, places: [String], hint: String?
  ) -> SourceError {
    let places = places.joined(separator: " nor ")
    return SourceError(
      file, line: line, "'@\(name)' names no set: there is no \(places)\(didYouMean(hint.map { "@" + $0 }))")
  }

  static func missingSet(_ name: String, places: [String], hint: String?) -> SourceError {
    let others = places.count > 1 ? "neither this file nor \(places[1]) exists" : "this file does not exist"
    return SourceError(places[0], "there is no set '\(name)': \(others)\(didYouMean(hint))")
  }

  static func includeCycle(_ file: String, line: Int, _ cycle: [String]) -> SourceError {
    let path = cycle.map { "@" + $0 }.joined(separator: " → ")
    return SourceError(file, line: line, "the set includes itself: \(path): remove one of the includes")
  }

  static func badFlag(_ file: String, line: Int, _ flag: String) -> SourceError {
    SourceError(file, line: line, "'\(flag)' is not a USE flag: write 'flag' or '-flag' after the atom")
  }

  static func flagTwice(_ file: String, line: Int, _ flag: String) -> SourceError {
    SourceError(file, line: line, "USE flag '\(flag)' is on the line twice: write it once")
  }

  static func didYouMean(_ name: String?) -> String {
    name.map { ": did you mean '\($0)'?" } ?? ""
  }
}

// Configuration roots.
extension SourceError {
  static func noConfiguration(_ folder: String) -> SourceError {
    SourceError(
      folder, "is not a configuration root: it has no folder etc/portage; create it, as portage(5) describes it"
    )
  }

  static func danglingProfile(_ link: String, target: String) -> SourceError {
    SourceError(link, "leads to '\(target)', which does not exist: link it to a profile")
  }

  static func profileNotAFolder(_ link: String) -> SourceError {
    SourceError(link, "is not a folder or a link to one: link it to a profile")
  }

  static func readsTooMuch(_ folder: String, limit: Int) -> SourceError {
    SourceError(
      folder,
      "a hook may source any file of this folder, which has more than \(limit): write the names of the files in the hook, or give them a folder of their own"
    )
  }

  static func emptyParent(_ file: String) -> SourceError {
    SourceError(file, "names no parent: name one per line, or delete the file")
  }

  static func missingParent(
    _ file: String, line: Int, _ parent: String, looked: String, remedy: String?
  ) -> SourceError {
    SourceError(
      file, line: line,
      "parent '\(parent)' does not exist (looked for \(looked))\(remedy.map { ": " + $0 } ?? "")")
  }

  static func unknownRepository(
    _ file: String, line: Int, _ parent: String, _ name: String, hint: String?
  ) -> SourceError {
    SourceError(
      file, line: line,
      "parent '\(parent)' is in repository '\(name)', which is none of REPOSITORIES\(didYouMean(hint)); add its folder there"
    )
  }

  static func atomOfUnknownRepository(
    _ file: String, line: Int, _ atom: String, _ name: String, hint: String?
  ) -> SourceError {
    SourceError(
      file, line: line,
      "'\(atom)' is of a repository '\(name)', which is none of REPOSITORIES\(didYouMean(hint)); add its folder there"
    )
  }

  static func namelessRepository(_ folder: String) -> SourceError {
    SourceError(
      folder,
      "is no ebuild repository: neither profiles/repo_name nor 'repo-name' in metadata/layout.conf gives it a name; set REPOSITORY, or REPOSITORIES, to folders that have one"
    )
  }

  static func unknownEAPI(_ file: String, line: Int, _ eapi: String, newest: String) -> SourceError {
    SourceError(
      file, line: line, "EAPI '\(eapi)' is none that Portage knows: write one from 0 to \(newest)")
  }

  static func twoRepositories(_ file: String, line: Int, _ name: String, first: String) -> SourceError {
    SourceError(
      file, line: line,
      "'\(name)' is also the name of the repository of \(first): give one of them another name, or leave it out of REPOSITORIES"
    )
  }

  static func missingMaster(
    _ file: String, line: Int, _ master: String, of name: String, among names: [String]
  ) -> SourceError {
    SourceError(
      file, line: line,
      "the master '\(master)' of '\(name)' is not there\(didYouMean(suggestion(for: master, among: names))); add its folder to REPOSITORIES"
    )
  }

  /// - Parameters:
  ///   - place: `file:line`.
  ///   - variable: the name of the variable.
  static func relativeCheckout(_ place: String, _ variable: String, _ path: String) -> SourceError {
    SourceError(
      place,
      "\(variable) is '\(path)': give the absolute path of the checkout, which the ebuild reads, too")
  }

  static func parentOutsideRepository(_ file: String, line: Int, _ parent: String) -> SourceError {
    SourceError(
      file, line: line,
      "parent '\(parent)' is relative to a repository, but this profile is not in one: write 'NAME\(parent)'")
  }

  static func parentCycle(_ file: String, line: Int, _ cycle: [String]) -> SourceError {
    SourceError(
      file, line: line,
      "the profile is its own parent: \(cycle.joined(separator: " → ")): remove one of the parents")
  }

  static func sourceCycle(_ file: String, line: Int, _ sourced: String) -> SourceError {
    SourceError(file, line: line, "'source \(sourced)' leads back to a file that is being read: remove it")
  }
}
