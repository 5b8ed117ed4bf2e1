import BuildGraph

/// One step of the recipe of a target of the image graph. The command that carries it out and the package preview both
/// come from it, so that the preview never has to recognise a command.
///
/// All texts are in the syntax of a line of `run` in a targets file, so they may contain references such as `${O}`.
enum StageStep {
  /// A command that the preview passes over: it changes no packages, or only completes what the other steps do.
  case command(String)
  /// Calls emerge with these arguments, without binary packages that are out of date.
  ///
  /// `environment` has `NAME=value` words, each followed by a blank, for this command alone.
  case merge(String, environment: String = "")
  /// Builds what is installed and out of date again: emerge with these options.
  case rebuild(String)
  /// Removes the packages that no set asks for, with these options of emerge.
  case depclean(String)
  /// Records what the builds of the last merge were made from.
  case recordBuilds
  /// Removes a root with everything in it.
  case empty(String)
  /// Renames a root.
  case move(String, to: String)

  /// The folder of `BuildRecords`.
  static let records = "${O}/ingredients"

  /// The line of the recipe.
  var line: String {
    switch self {
    case .command(let line): line
    case .merge(let arguments, let environment):
      "\(environment)sysbuild helper emerge \(Self.records) \(arguments)"
    case .rebuild(let options): "sysbuild helper rebuild \(Self.records) \(options)"
    case .depclean(let options): "emerge --depclean \(options)"
    case .recordBuilds: "sysbuild helper record-builds \(Self.records)"
    case .empty(let root): "rm -rf \(root)"
    case .move(let root, let place): "mv -T \(root) \(place)"
    }
  }

  /// Whether the preview passes over it.
  var isPlainCommand: Bool {
    if case .command = self { true } else { false }
  }
}

/// A target of the image graph with the steps of its recipe.
struct ImageTarget {
  let declaration: Target
  let steps: [StageStep]

  init(
    _ name: String, summary: String, needs: [String] = [], inputs: [String] = [], outputs: [String],
    run steps: [StageStep], environment: [String] = []
  ) {
    self.steps = steps
    declaration = Target(
      name, summary: summary, needs: needs, inputs: inputs, outputs: outputs, run: steps.map(\.line),
      environment: environment)
  }

  /// Whether its recipe installs or removes packages in a root.
  var isStage: Bool { !steps.allSatisfy(\.isPlainCommand) }
}
