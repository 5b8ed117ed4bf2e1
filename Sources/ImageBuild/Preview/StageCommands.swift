import BuildGraph
import Platform

/// The steps of a target that change packages, with variables expanded and the environment of each, and the roots that
/// take the place of others.
struct StageCommands {
  enum Work {
    /// The package of this atom is merged with what it needs, unless it is there in any form.
    case bootstrap(atom: String)
    /// The packages of a list are merged, as far as they are not there.
    case install(ResolvedList.Name)
    /// Binary packages of a list are built, as far as they are not there.
    case build(ResolvedList.Name)
    /// The packages that are not in a list are removed.
    case remove(ResolvedList.Name)

    var list: ResolvedList.Name {
      switch self {
      case .bootstrap: .libcap
      case .install(let list), .build(let list), .remove(let list): list
      }
    }
  }

  struct Command {
    let work: Work
    let environment: [String: String]

    var root: String { environment["ROOT"] ?? "/" }
  }

  private(set) var all: [Command] = []
  /// How the root is made with which another begins.
  private(set) var assembly: AssemblySettings?
  /// The folder of `BuildRecords`.
  let records: Path
  /// Whether they will run with another compiler than the present one.
  let hasNewToolchain: Bool
  /// The roots in whose places others are put at the end, by these.
  private var replaced: [String: String] = [:]

  /// - Parameters:
  ///   - environment: that of the target's commands.
  ///   - changing: the artifacts that will have changed by then.
  ///   - isForced: whether the user asks for the target whatever its stamp says.
  ///   - expand: expands a line as the target's recipe is expanded.
  init(
    _ steps: [StageStep], environment: [(name: String, value: String)], changing: Set<Path>, isForced: Bool,
    expand: (String) throws -> Job.Command
  ) throws {
    let toolchain = environment.last { $0.name == "SYSBUILD_TOOLCHAIN" }
    hasNewToolchain = toolchain.map { changing.contains(Path($0.value)) } ?? false
    func text(_ line: String) throws -> String { try expand(line).words.joined(separator: " ") }
    records = Path(try text(StageStep.records))
    func add(_ work: Work, _ own: String = "") throws {
      let own = own.isEmpty ? [] : try expand(own + "emerge").environment
      let values = Dictionary((environment + own).map { ($0.name, $0.value) }) { $1 }
      all.append(Command(work: work, environment: values))
    }
    for step in steps {
      switch step {
      case .bootstrap(let atom, _, let own): try add(.bootstrap(atom: atom), own)
      case .install(let list, _, let own): try add(.install(list), own)
      case .build(let list, _, let own): try add(.build(list), own)
      case .remove(let list): try add(.remove(list))
      case .exchange(let root, let other): replaced[try text(root)] = try text(other)
      case .assemble(let last, let options, let own):
        let values = Dictionary(
          (environment + (try expand(own + "emerge").environment)).map { ($0.name, $0.value) }
        ) { $1 }
        assembly = try AssemblySettings(last: Path(try text(last)), options: options, isForced: isForced) {
          values[$0]
        }
      case .command, .resolve, .copy: continue
      }
    }
  }

  /// The lists that they read.
  var lists: Set<ResolvedList.Name> { Set(all.map(\.work.list)) }

  /// Whether a root is made from nothing.
  func isMadeAnew(_ root: String) -> Bool { replaced[root] != nil }

  /// The root that the given one replaces at the end.
  func present(_ root: String) -> String { replaced[root] ?? root }
}
