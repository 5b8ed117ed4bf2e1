package import BuildGraph
package import BuildSettings
package import EmergeOutput
import Platform
import PortageFiles

/// Why Portage refused, and the lines of the source tree to change. Portage was asked whether it accepts these: one that
/// it would refuse next is not among them.
package struct Explanation {
  package let diagnosis: Diagnosis
  private let details: [String]
  /// Each is enough: all its edits together.
  private let alternatives: [[LineEdit]]
  /// What Portage would refuse next, if it was found to do so whatever is edited.
  private let next: Diagnosis?

  /// - Parameters:
  ///   - output: what emerge printed.
  ///   - target: the target that called it.
  /// - Returns: nil if nothing is recognised in the output.
  package init?(_ output: [UInt8], of target: String, _ state: BuildState, _ settings: Settings) {
    guard let diagnosis = Diagnosis(emergeOutput: output) else { return nil }
    let scratch =
      diagnosis.changes.isEmpty ? nil : try? Directory.createTemporary(prefix: "/tmp/sysbuild-refusal.")
    defer { scratch.map { try? Directory.removeTree($0) } }
    let question = scratch.flatMap {
      try? ResolutionQuestion(of: state, settings, scratch: $0, sharesMetadata: true)
    }
    self.init(diagnosis, output, of: target, settings, question)
  }

  /// - Parameter question: how Portage is asked; nil if it cannot be.
  init(
    _ diagnosis: Diagnosis, _ output: [UInt8], of target: String, _ settings: Settings,
    _ question: ResolutionQuestion?
  ) {
    self.diagnosis = diagnosis
    let configuration =
      EmergeLines(output).configuration ?? (target == "libcap" ? "bootstrap" : "target")
    let edits = SuggestedEdits(settings, configuration: configuration)
    var search = RemedySearch(edits, question)
    // A source tree with a graph of its own has no sets and no configurations.
    alternatives = settings.variant == nil ? [] : search.remedies(for: diagnosis)
    next = alternatives.isEmpty ? search.next.flatMap { $0.headline == diagnosis.headline ? nil : $0 } : nil
    details = Self.details(diagnosis, edits, settings)
  }

  private static func details(_ diagnosis: Diagnosis, _ edits: SuggestedEdits, _ settings: Settings) -> [String]
  {
    let source = "\(settings.locations.source)/"
    var details = diagnosis.details.map { detail in
      let inSet = " by a set"
      if detail.hasSuffix(inSet), let atom = detail.split(around: "wanted as ")?.after.dropLast(inSet.count) {
        let places = edits.places(of: String(atom))
        return places.isEmpty ? detail : "\(detail.dropLast(inSet.count)) in \(places.joined(separator: ", "))"
      }
      let words = "required by "
      guard let wanted = diagnosis.missing, detail.hasPrefix(words) else {
        return detail.replacing(source, with: "")
      }
      let name = (try? Atom(parsing: wanted))?.package ?? wanted
      let place = edits.place(of: name, inEbuildOf: String(detail.dropFirst(words.count)))
      return detail + (place.map { ", in \($0)" } ?? "")
    }
    if let atom = diagnosis.missing {
      details += edits.places(of: atom).map { "listed in \($0)" }
      let versions = edits.versions(of: atom)
      if !versions.isEmpty { details.append("there is \(versions.prefix(6).joined(separator: ", "))") }
    }
    if (diagnosis.details + [diagnosis.remedy ?? ""]).contains(where: { $0.contains("DISTDIR") }),
      let folder = settings.folder("DISTDIR")
    {
      details.append("DISTDIR is \(folder)")
    }
    return details
  }

  /// What is said: the cause, then facts about it, then what to do.
  package var lines: [String] {
    let facts = details.map { "  \($0)" }
    if !alternatives.isEmpty {
      let remedies = alternatives.enumerated().flatMap { number, edits in
        edits.enumerated().map { (number > 0 && $0 == 0 ? "or " : $0 > 0 ? "and " : "") + $1.description }
      }
      return [diagnosis.headline] + facts + remedies
    }
    let last = next.map { ["and if that were allowed: \($0.headline)", $0.remedy] } ?? [diagnosis.remedy]
    return [diagnosis.headline] + facts + last.compactMap(\.self)
  }
}

/// Finds edits with which Portage gives an answer.
private struct RemedySearch {
  private let edits: SuggestedEdits
  private let question: ResolutionQuestion?
  /// How often Portage may still be asked: it takes seconds where there are many packages.
  private var questions = 12
  /// What was refused last.
  private(set) var next: Diagnosis?

  init(_ edits: SuggestedEdits, _ question: ResolutionQuestion?) {
    self.edits = edits
    self.question = question
  }

  mutating func remedies(for diagnosis: Diagnosis) -> [[LineEdit]] {
    var found: [[LineEdit]] = []
    for changes in diagnosis.changes.flatMap(edits.expanded) where found.count < 3 {
      guard let remedy = remedy(beginningWith: changes) else { continue }
      let meaning = Set(remedy.map(\.meaning))
      if !found.contains(where: { Set($0.map(\.meaning)) == meaning }) { found.append(remedy) }
    }
    return found
  }

  /// The changes, and what has to be changed besides.
  private mutating func remedy(beginningWith first: [SourceChange]) -> [LineEdit]? {
    var changes = SourceChange.joined(first)
    while let lines = edits.edits(for: changes) {
      // The configuration of the building machine is not part of the question.
      guard let question, !lines.contains(where: { $0.configuration?.root == "host" }) else { return lines }
      if questions == 0 { return nil }
      questions -= 1
      // What cannot be asked is not suggested.
      guard let answer = try? question.ask(lines).answer else { return nil }
      guard case .refusal(let output) = answer else { return lines }
      next = Diagnosis(emergeOutput: output)
      let more = (next?.changes ?? []).flatMap(edits.expanded).lazy
        .map { [changes] in SourceChange.joined(changes + $0) }
        .first { [changes, edits] in
          $0 != changes && !SourceChange.contradict($0) && edits.edits(for: $0) != nil
        }
      guard let more else { return nil }
      changes = more
    }
    return nil
  }
}
