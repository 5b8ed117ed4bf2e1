public import Platform
public import Stamps
import TextKit

/// The list of the packages that are built before the profile switch, each with the USE flags that break its
/// dependency cycle (`bootstrap.packages` of a variant).
///
/// A line holds an atom and any number of words `flag` and `-flag`. The lines are processed in order, and a
/// package may occur twice.
public struct BootstrapList {
  /// One line of the list: a package to build.
  public struct Step: Hashable {
    /// The package.
    public let atom: Atom
    /// The USE flags as written, `-pam` or `static-libs`, in the order of the line.
    public let flags: [String]
    /// The place of the line, as `file:line`.
    public let place: String
  }

  /// The steps in the order of the files.
  public let steps: [Step]

  /// Reads `files` one after the other. One that does not exist is empty, since most profiles have no cycle.
  /// - Throws: `SourceError` with file, line and remedy for what is wrong in a file.
  public init(files: [Path], in sourceTree: Path, recorder: ReadRecorder = ReadRecorder()) throws {
    let reader = try SourceReader(sourceTree: sourceTree, recorder: recorder)
    steps = try files.flatMap { file in
      let name = reader.name(of: file)
      let bytes = try reader.contents(of: file) ?? []
      if let line = TextLines.lineNotUTF8(in: bytes) { throw SourceError.notText(name, line: line) }
      return try TextLines(bytes).lines.map { try Self.step($0, file: name) }
    }
  }

  /// One entry for each step. Its value is the number of the step and the flags, because the order matters.
  public var listing: Listing {
    var times: [String: Int] = [:]
    return Listing(
      steps.enumerated().map { index, step in
        let atom = step.atom.description
        let time = times[atom, default: 0] + 1
        times[atom] = time
        return Listing.Entry(
          time == 1 ? atom : "\(atom) (\(time))", (["\(index + 1)"] + step.flags).joined(separator: " "),
          place: step.place)
      })
  }

  private static func step(_ line: TextLines.Line, file: String) throws -> Step {
    let words = line.words.map { String(decoding: $0, as: UTF8.self) }
    var seen: Set<String> = []
    let atom: Atom
    do {
      atom = try Atom(parsing: words[0])
    } catch {
      throw SourceError.atom(file, line: line.number, error)
    }
    if atom.hasConditionalUse {
      throw SourceError.conditionalUse(file, line: line.number, atom.description)
    }
    for word in words.dropFirst() {
      let flag = word.hasPrefix("-") ? String(word.dropFirst()) : word
      if flag.contains("/"), (try? Atom(parsing: word)) != nil {
        throw SourceError.twoAtoms(file, line: line.number, words[0], word)
      }
      guard AtomGrammar.isFlag(flag.utf8) else {
        throw SourceError.badFlag(file, line: line.number, printable(word.utf8))
      }
      guard seen.insert(flag).inserted else { throw SourceError.flagTwice(file, line: line.number, flag) }
    }
    return Step(
      atom: atom, flags: Array(words.dropFirst()), place: SourceError.place(file, line.number))
  }
}
