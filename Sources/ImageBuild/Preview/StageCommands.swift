import BuildGraph
import Platform

/// The steps of a target that change packages, expanded, each with its environment, and what becomes of the root they
/// work on.
struct StageCommands {
  enum Work {
    /// emerge with these arguments.
    case merge([String])
    /// Whatever is installed and out of date is built again, with these options.
    case rebuild([String])
    /// What nothing asks for any more is removed.
    case depclean
  }

  struct Command {
    let work: Work
    let environment: [String: String]

    var root: String { environment["ROOT"] ?? "/" }
  }

  private(set) var all: [Command] = []
  /// The folder of `BuildRecords`.
  let records: Path
  /// Whether they will be run with another compiler than there is now.
  let hasNewToolchain: Bool
  /// The roots that are removed first, and so begin empty.
  private var emptied: Set<String> = []
  /// Where roots are moved in the end.
  private var moved: [String: String] = [:]

  /// - Parameters:
  ///   - environment: that of the target's commands.
  ///   - changing: the artifacts that will be others by then.
  ///   - expand: expands a line as the target's recipe is expanded.
  init(
    _ steps: [StageStep], environment: [(name: String, value: String)], changing: Set<Path>,
    expand: (String) throws -> Job.Command
  ) throws {
    let toolchain = environment.last { $0.name == "SYSBUILD_TOOLCHAIN" }
    hasNewToolchain = toolchain.map { changing.contains(Path($0.value)) } ?? false
    func text(_ line: String) throws -> String { try expand(line).words.joined(separator: " ") }
    records = Path(try text(StageStep.records))
    func command(_ line: String, _ work: ([String]) -> Work) throws -> Command {
      let command = try expand(line)
      let values = Dictionary((environment + command.environment).map { ($0.name, $0.value) }) { $1 }
      return Command(work: work(command.words), environment: values)
    }
    for step in steps {
      switch step {
      case .merge(let arguments, let own): all.append(try command(own + arguments) { .merge($0) })
      case .rebuild(let options): all.append(try command(options) { .rebuild($0) })
      case .depclean(let options): all.append(try command(options) { _ in .depclean })
      case .empty(let root): emptied.insert(try text(root))
      case .move(let root, let place): moved[try text(root)] = try text(place)
      case .command, .recordBuilds: continue
      }
    }
  }

  /// Whether a root is made from nothing.
  func isMadeAnew(_ root: String) -> Bool { emptied.contains(root) }

  /// The root whose place the given one takes in the end.
  func present(_ root: String) -> String { moved[root] ?? root }
}
