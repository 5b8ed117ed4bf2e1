import BuildGraph
import Platform

/// The steps of a target that change packages, with variables expanded and the environment of each, and the roots that
/// are emptied and moved.
struct StageCommands {
  enum Work {
    /// emerge with these arguments.
    case merge([String])
    /// Installed packages that are out of date are built again, with these options.
    case rebuild([String])
    /// The packages that no set asks for are removed.
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
  /// Whether they will run with another compiler than the present one.
  let hasNewToolchain: Bool
  /// The roots that are removed first, and so start empty.
  private var emptied: Set<String> = []
  /// The places to which roots are moved at the end.
  private var moved: [String: String] = [:]

  /// - Parameters:
  ///   - environment: that of the target's commands.
  ///   - changing: the artifacts that will have changed by then.
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

  /// The root that the given one replaces at the end.
  func present(_ root: String) -> String { moved[root] ?? root }
}
