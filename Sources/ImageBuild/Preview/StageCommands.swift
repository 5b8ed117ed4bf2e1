import BuildGraph
import Platform

/// The commands of a target that run emerge, each with its environment, and what becomes of the root they work on.
struct StageCommands {
  enum Work {
    /// emerge with these arguments.
    case merge([String])
    /// Whatever is installed and out of date is built anew.
    case rebuild([String])
    /// What nothing asks for any more is removed.
    case depclean
  }

  struct Command {
    let work: Work
    let environment: [String: String]
    /// Where what was made from what is recorded.
    let records: String

    var root: String { environment["ROOT"] ?? "/" }
  }

  private(set) var all: [Command] = []
  /// Whether they will be run with another compiler than there is now.
  let hasNewToolchain: Bool
  /// The roots that are removed first, and so begin empty.
  private var emptied: Set<String> = []
  /// Where roots are moved in the end.
  private var moved: [String: String] = [:]

  /// - Parameter changing: the artifacts that will be others by then.
  init(_ commands: [Job.Command], environment: [(name: String, value: String)], changing: Set<Path>) {
    let toolchain = environment.last { $0.name == "SYSBUILD_TOOLCHAIN" }
    hasNewToolchain = toolchain.map { changing.contains(Path($0.value)) } ?? false
    for command in commands {
      let values = Dictionary((environment + command.environment).map { ($0.name, $0.value) }) { $1 }
      let words = command.words
      func append(_ work: Work) {
        all.append(Command(work: work, environment: values, records: words.count > 3 ? words[3] : ""))
      }
      switch words.prefix(3) {
      case [Graph.ownProgram, "helper", "emerge"]: append(.merge(Array(words.dropFirst(4))))
      case [Graph.ownProgram, "helper", "rebuild"]: append(.rebuild(Array(words.dropFirst(4))))
      case let start where start.starts(with: ["emerge", "--depclean"]): append(.depclean)
      case let start where start.starts(with: ["rm", "-rf"]): emptied.formUnion(words.dropFirst(2))
      case let start where start.starts(with: ["mv", "-T"]) && words.count == 4: moved[words[2]] = words[3]
      default: continue
      }
    }
  }

  /// Whether a root is made from nothing.
  func isMadeAnew(_ root: String) -> Bool { emptied.contains(root) }

  /// Where what a root replaces lies now.
  func present(_ root: String) -> String { moved[root] ?? root }
}
