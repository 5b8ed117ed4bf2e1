package import BuildGraph
package import BuildSettings
import EmergeOutput
package import Platform
package import TextKit

/// Asks Portage what an image would consist of after updates of repositories, which are not changed.
package struct UpdateQuestion {
  /// What the source tree says.
  package typealias Build = (state: BuildState, settings: Settings, environment: [String: String])

  package struct Answer {
    /// For a person.
    package let text: String
    /// Nil if the image cannot be resolved.
    package let changes: JSON?

    package init(text: String, changes: JSON?) {
      self.text = text
      self.changes = changes
    }
  }

  private let checkouts: [ForeseenCheckout]

  package init(_ checkouts: [ForeseenCheckout]) {
    self.checkouts = checkouts
  }

  /// Throws if there is no Portage yet that could be asked.
  package static func check(_ settings: Settings, environment: [String: String]) throws(UserError) {
    let source = settings.locations.source
    for program in ["portage-python", "emerge"]
    where ProgramSearch.find(program, in: environment["PATH"] ?? "", from: source) == nil {
      throw UserError.noPortage
    }
  }

  /// Afterwards this process sees the checkouts as they will be.
  ///
  /// - Parameters:
  ///   - folder: in /tmp; what is made there need not outlive this process.
  ///   - width: that of the text; nil for no limit.
  ///   - read: reads the source tree.
  package func answer(in folder: Path, width: Int?, _ read: () throws -> Build) throws -> Answer {
    let before = try read()
    return try QuestionRoom.open(before.settings, in: folder) { room in
      guard room.sharesMetadata else { throw UserError.noMounts }
      let old = try Self.resolution(before, room)
      let folders = checkouts.indices.map { room.scratch / "checkout.\($0)" }
      defer { for folder in folders { ForeseenCheckout.close(folder) } }
      for (checkout, folder) in zip(checkouts, folders) { try checkout.show(in: folder) }
      let (after, question): (Build, ResolutionQuestion)
      do {
        after = try read()
        question = try Self.question(after, room)
      } catch let error where !(error is Interrupted) {
        // What the source tree says does not go with it.
        return Answer(text: "\(error)\n", changes: nil)
      }
      switch try question.ask().answer {
      case .none(let problem): throw UserError(problem)
      case .refusal(let output):
        return Answer(
          text: Self.explain(output, after.settings, question).map { $0 + "\n" }.joined(), changes: nil)
      case .resolution(let new):
        let changes = ResolutionChanges(from: old, to: new)
        let news = try UpdateNews(changes, in: room, after.settings, after.environment)
        let report = UpdateReport(changes: changes, news: news)
        return Answer(text: report.text(width: width), changes: report.json)
      }
    }
  }

  private static func question(_ build: Build, _ room: QuestionRoom) throws -> ResolutionQuestion {
    // What sets say is known once they were looked at.
    _ = try plan(build)
    let question = try ResolutionQuestion(
      of: build.state, build.settings, scratch: room.scratch, sharesMetadata: room.sharesMetadata)
    guard let question else { throw UserError.noBuiltInResolution }
    return question
  }

  private static func plan(_ build: Build) throws -> Plan {
    guard let target = build.state.graph.id(of: ImageGraph.resolutionName) else {
      throw UserError.noBuiltInResolution
    }
    return try Plan(build.state, goals: [target])
  }

  /// What the image consists of now. If Portage does not say it, that is what it was found to consist of last.
  private static func resolution(_ build: Build, _ room: QuestionRoom) throws -> Resolution {
    let last = Resolution(readIn: build.settings.locations.build / "resolution")
    if let last, try plan(build).isUpToDate { return last }
    let question = try question(build, room)
    switch try question.ask().answer {
    case .resolution(let resolution): return resolution
    case .none(let problem): throw UserError(problem)
    case .refusal(let output):
      if let last { return last }
      throw UserError(explain(output, build.settings, question).joined(separator: "\n"))
    }
  }

  private static func explain(
    _ output: [UInt8], _ settings: Settings, _ question: ResolutionQuestion
  ) -> [String] {
    if let diagnosis = Diagnosis(emergeOutput: output) {
      return Explanation(diagnosis, output, of: ImageGraph.resolutionName, settings, question).lines
    }
    let last = EmergeLines(output).texts.last { !$0.isEmpty }
    return ["emerge finds no answer\(last.map { ": \($0)" } ?? " and says nothing: run it by hand")"]
  }
}
