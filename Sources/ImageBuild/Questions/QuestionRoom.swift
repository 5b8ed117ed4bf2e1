import BuildGraph
import BuildSettings
import Platform
import PortageFiles
import Stamps
import TextKit

/// Where programs of the host backends run that ask Portage something: all that they write goes to a folder in /tmp, which
/// is removed.
struct QuestionRoom {
  /// The folder for everything that Portage writes.
  let scratch: Path
  /// The source tree, in which programs are started.
  let source: Path
  /// Whether Portage can be given the build's own cache of ebuild metadata: because only `scratch` can be written, or
  /// because it is the build that asks.
  let sharesMetadata: Bool

  /// Calls `body` with a room, which lasts as long as the call.
  ///
  /// - Parameter folder: /tmp or a folder in it, where `scratch` is made.
  static func open<Answer>(
    _ settings: Settings, in folder: Path = "/tmp", _ body: (QuestionRoom) throws -> Answer
  ) throws -> Answer {
    try Signals.deferringEnds {
      let scratch = try Directory.createTemporary(prefix: folder / "sysbuild-question-")
      defer { try? Directory.removeTree(scratch) }
      return try body(
        QuestionRoom(
          scratch: scratch, source: settings.locations.source,
          sharesMetadata: HostGuard.enterToAsk(settings, scratch: scratch)))
    }
  }

  /// The environment of a target's commands, as it is here.
  func environment(_ environment: [String: String]) -> [String: String] {
    var environment = environment
    for name in ["HOME", "TMPDIR", "EMERGE_LOG_DIR", "PORTAGE_LOGDIR", "PORTAGE_TMPDIR"] {
      environment[name] = "\(scratch)"
    }
    if !sharesMetadata { environment["PORTAGE_DEPCACHEDIR"] = "\(scratch)/depcache" }
    return environment
  }

  /// Whether the target host-tools has brought Portage.
  func hasPortage(_ environment: [String: String]) -> Bool {
    ["portage-python", "emerge"].allSatisfy { find($0, environment) != nil }
  }

  /// Where Portage finds a configuration root. One that is a folder of links is made anew, since the build may not have
  /// done so yet.
  ///
  /// - Parameters:
  ///   - scratch: where it is made; another folder for each question.
  ///   - layer: a configuration root that comes on top.
  func configuration(
    at root: Path, _ environment: [String: String], in scratch: Path? = nil, below layer: Path? = nil
  ) throws -> Path {
    let place = (scratch ?? self.scratch) / "configuration" / root.lastComponent
    let own = JoinedConfiguration.layers(root, in: source, environment[JoinedConfiguration.variable])
    let layers = layer.map { ConfigurationLayers(path: place, roots: own.roots + [$0]) } ?? own
    guard let links = try layers.links(SourceReader(sourceTree: source)) else { return root }
    try links.write(to: place)
    return place
  }

  /// Runs a program with these words.
  func run(
    _ words: [String], _ environment: [String: String]
  ) throws -> (output: [UInt8], status: ExitStatus) {
    guard let program = find(words[0], environment) else { throw UserError.noPortage }
    return try ProgramOutput.ofBothStreams(
      program, words, environment: environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" },
      directory: source)
  }

  private func find(_ program: String, _ environment: [String: String]) -> Path? {
    ProgramSearch.find(program, in: environment["PATH"] ?? "", from: source)
  }
}
