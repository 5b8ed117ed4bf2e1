import EmergeOutput
import Platform
import PortageFiles

/// Asks Portage which packages the image would consist of, and writes only to a scratch folder.
struct ResolutionQuestion {
  struct Answer {
    /// Nil if Portage gives none.
    var resolution: Resolution?
    /// What emerge would ignore or warn about.
    var messages: [EmergeMessage] = []
    /// The reason why there is no answer.
    var problem: String?
  }

  /// The folder for everything that Portage writes.
  let scratch: Path
  /// The source tree, in which commands are started.
  let source: Path
  /// Whether only `scratch` can be written. If so, Portage can be given the build's own cache of ebuild metadata,
  /// because it cannot change it.
  let isGuarded: Bool

  /// - Parameters:
  ///   - arguments: of `helper resolve`.
  ///   - environment: that of the target.
  func ask(_ arguments: [String], _ environment: [String: String]) throws -> Answer {
    guard let request = try Resolve.program(arguments) else {
      return Answer(problem: "the recipe has another form")
    }
    var environment = environment.merging(request.environment(in: scratch)) { $1 }
    for name in ["HOME", "TMPDIR", "EMERGE_LOG_DIR", "PORTAGE_LOGDIR"] { environment[name] = "\(scratch)" }
    if !isGuarded { environment["PORTAGE_DEPCACHEDIR"] = "\(scratch)/depcache" }
    let path = environment["PATH"] ?? ""
    let words = request.words(in: scratch)
    guard let program = ProgramSearch.find(words[0], in: path, from: source),
      ProgramSearch.find("emerge", in: path, from: source) != nil
    else { return Answer(problem: "Portage is not there yet") }
    let layers = environment[JoinedConfiguration.variable]
    try request.prepare(in: scratch, EmergeStage(source: source) { environment[$0] }) { root in
      let configuration = JoinedConfiguration.layers(root, in: source, layers)
      let place = scratch / "configuration" / root.lastComponent
      guard let links = try configuration.links(SourceReader(sourceTree: source)) else { return root }
      try links.write(to: place)
      return place
    }
    let (output, status) = try ProgramOutput.ofBothStreams(
      program, words, environment: environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" },
      directory: source)
    let messages = EmergeMessages(
      EmergeTranscript(output), source: "\(source)", isSuccess: status.isSuccess
    ).all
    guard status.isSuccess else {
      let diagnosis = Diagnosis(emergeOutput: output).map { diagnosis in
        diagnosis.headline + (diagnosis.remedy.map { ": \($0)" } ?? "")
      }
      return Answer(
        messages: messages, problem: diagnosis ?? "emerge finds no answer\(Self.lastLine(of: output))")
    }
    let resolution = try request.resolution(in: scratch, source: source, environment: environment)
    return Answer(resolution: resolution, messages: messages)
  }

  private static func lastLine(of output: [UInt8]) -> String {
    EmergeLines(output).texts.last { !$0.isEmpty }.map { ": \($0)" } ?? " and says nothing: run it by hand"
  }
}
