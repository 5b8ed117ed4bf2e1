import Platform
import PortageFiles
import Stamps
import TextKit

/// What of some packages counts for those that are built against them (`follow.packages` of a variant).
///
/// A line holds `category/name` and a word: `never`, `interface` or `content`. Of two lines about one package the last
/// counts.
struct FollowRules {
  /// By `category/name`.
  private var measures: [String: Against.Measure] = [:]

  /// Reads files one after the other.
  ///
  /// - Throws: `UserError` with file, line and remedy for what is wrong in a file.
  init(files: [Path], in sourceTree: Path) throws {
    let reader = try SourceReader(sourceTree: sourceTree)
    for file in files {
      let name = reader.name(of: file)
      for line in TextLines(try File.read(file)).lines {
        let words = line.words.map { printable($0) }
        guard words.count == 2, let atom = try? Atom(parsing: words[0]), atom.package == words[0] else {
          throw UserError.noFollowRule(name, line: line.number)
        }
        guard let measure = Against.Measure(rawValue: words[1]) else {
          throw UserError.unknownMeasure(name, line: line.number, words[1])
        }
        measures[words[0]] = measure
      }
    }
  }

  /// The package at a place, as it counts.
  func against(_ place: String) -> Against {
    Against(place, measures[String(place.prefix { $0 != ":" })] ?? .interface)
  }
}

extension UserError {
  fileprivate static func noFollowRule(_ file: String, line: Int) -> Self {
    Self("\(file):\(line): a line has 'category/name', without a version, and one of the words \(words)")
  }

  fileprivate static func unknownMeasure(_ file: String, line: Int, _ word: String) -> Self {
    let names = Against.Measure.allCases.map(\.rawValue)
    return Self(
      "\(file):\(line): '\(word)' says nothing about what is built against the package"
        + "\(didYouMean(word, among: names)): use one of the words \(words)")
  }

  private static let words = Against.Measure.allCases.map(\.rawValue).joined(separator: ", ")
}
