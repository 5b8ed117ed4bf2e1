import BuildGraph
import BuildSettings
import EmergeOutput
import Platform
import PortageFiles

/// Asks Portage which packages the image would consist of, and writes only to a scratch folder.
struct ResolutionQuestion {
  enum Answer {
    case resolution(Resolution)
    /// Portage gives none; its output, with the messages that a helper would add.
    case refusal([UInt8])
    /// It cannot be asked, for this reason.
    case none(String)
  }

  let room: QuestionRoom
  /// Those of `helper resolve`.
  let arguments: [String]
  /// That of the target.
  let environment: [String: String]

  /// What is different in the source tree whatever is asked.
  var trial: [LineEdit] = []

  /// - Parameter edits: what else is to be different in the source tree.
  /// - Returns: the answer, and what emerge would ignore or warn about.
  func ask(_ edits: [LineEdit] = []) throws -> (answer: Answer, messages: [EmergeMessage]) {
    guard var request = try Resolve.program(arguments) else {
      return (.none("the recipe has another form"), [])
    }
    let edits = trial + edits
    for edit in edits { request.sets.apply(edit) }
    let scratch = try Directory.createTemporary(prefix: room.scratch / "question.")
    let environment = room.environment(environment).merging(request.environment(in: scratch)) { $1 }
    guard room.hasPortage(environment) else { return (.none("Portage is not there yet"), []) }
    let overlay = ConfigurationOverlay(edits)
    let source = room.source
    try request.prepare(in: scratch, EmergeStage(source: source) { environment[$0] }) { root in
      try room.configuration(
        at: root, environment, in: scratch,
        below: overlay.write(for: root.lastComponent, to: scratch / "edited"))
    }
    let (output, status) = try room.run(request.words(in: scratch), environment)
    let messages = EmergeMessages(
      EmergeTranscript(output), source: "\(source)", isSuccess: status.isSuccess)
    guard status.isSuccess else {
      return (.refusal(output + Array(messages.all.map { $0.line + "\n" }.joined().utf8)), messages.all)
    }
    return (
      .resolution(try request.resolution(in: scratch, source: source, environment: environment)), messages.all
    )
  }
}

extension ResolutionQuestion {
  /// The question that a target asks; nil if its recipe is not the one of the image graph.
  init?(of state: BuildState, _ settings: Settings, scratch: Path, sharesMetadata: Bool) throws {
    let graph = state.graph
    guard settings.variant != nil, let id = graph.id(of: ImageGraph.resolutionName),
      case .builtIn = graph[id].target.runOrigin,
      let target = try ImageGraph(settings).targets.first(where: {
        $0.declaration.name == ImageGraph.resolutionName
      }), let request = target.request
    else { return nil }
    let environment = graph.environment(of: id) + state.passedThrough(graph[id])
    self.init(
      room: QuestionRoom(scratch: scratch, source: settings.locations.source, sharesMetadata: sharesMetadata),
      arguments: state.command(try CommandTemplate(request), of: id).words,
      environment: Dictionary(environment.map { ($0.name, $0.value) }) { $1 })
  }
}

/// The lines that edits add to configurations, as a folder that is joined with each of these as the last layer.
private struct ConfigurationOverlay {
  /// By the name of the configuration root and that of the file.
  private var lines: [String: [String: [String]]] = [:]

  init(_ edits: [LineEdit]) {
    for edit in edits {
      switch edit {
      case .add(let text, let file) where file.hasSuffix("profiles/categories"):
        for root in ["bootstrap", "target"] { add(text, root, "categories") }
      case .add(let text, _), .replace(_, _, _, by: let text):
        if let (root, file) = edit.configuration { add(text, root, file) }
      case .remove(let text, _, _):
        if let (root, file) = edit.configuration { add("-" + text, root, file) }
      }
    }
  }

  private mutating func add(_ line: String, _ root: String, _ file: String) {
    lines[root, default: [:]][file, default: []].append(line)
  }

  /// Writes the layer of a configuration root into `folder`; nil if there is none.
  func write(for root: Path, to folder: Path) throws -> Path? {
    guard let name = root.string, let files = lines[name] else { return nil }
    let place = folder / name
    try Directory.create(place / "etc/portage", intermediates: true)
    for (file, lines) in files {
      try File.write(Array(lines.map { $0 + "\n" }.joined().utf8), to: place / "etc/portage" / file)
    }
    return place
  }
}

extension ResolutionProgram.Sets {
  /// Changes what an edit of a file in `sets`, or of bootstrap.packages, changes.
  fileprivate mutating func apply(_ edit: LineEdit) {
    func atom(_ text: String) -> String { (try? Atom(parsing: text))?.description ?? text }
    switch edit {
    case .add(let text, let file):
      if file.hasSuffix("/build.packages") { build.append(atom(text)) }
      if file.hasSuffix("/bootstrap.packages") {
        let words = text.split(separator: " ", maxSplits: 1).map(String.init)
        bootstrap.append((words[0], words.count > 1 ? words[1] : ""))
      }
    case .remove(let text, let file, _):
      if file.hasPrefix("sets/") { changeAtoms { $0 == atom(text) ? nil : $0 } }
    case .replace(let text, let file, _, let new):
      if file.hasPrefix("sets/") { changeAtoms { $0 == atom(text) ? atom(new) : $0 } }
    }
  }

  private mutating func changeAtoms(_ change: (String) -> String?) {
    for set in [\Self.base, \.build, \.skeleton, \.install, \.installonly, \.initramfs] {
      self[keyPath: set] = self[keyPath: set].compactMap(change)
    }
  }
}
