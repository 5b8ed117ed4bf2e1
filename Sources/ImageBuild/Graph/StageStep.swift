import BuildGraph

/// One step of the recipe of a target of the image graph. The command that carries it out and the package preview both
/// come from it, so that the preview never has to recognise a command.
///
/// All texts are in the syntax of a line of `run` in a targets file, so they may contain references such as `${O}`.
enum StageStep {
  /// A command that the preview passes over: it changes no packages, or only completes what the other steps do.
  case command(String)
  /// Resolves which packages the image consists of, with these arguments.
  case resolve(String)
  /// Merges an atom with what it needs, with these options, unless it is there in any form. `environment` has
  /// `NAME=value` words, each followed by a blank, for this command alone.
  case bootstrap(atom: String, options: [String], environment: String)
  /// Merges the packages of a list that are not there, or not as the list has them.
  case install(ResolvedList.Name, options: [String], environment: String = "")
  /// Makes the root with which the destination root begins.
  case assemble(last: String, options: [String], environment: String)
  /// Builds the packages of a list that have no fitting binary package.
  case build(ResolvedList.Name, options: [String], environment: String = "")
  /// Removes the packages that are not in a list.
  case remove(ResolvedList.Name)
  /// Makes a root a copy of another.
  case copy(String, to: String)
  /// Puts a root in the place of another, if there is one, which is kept in its own.
  case exchange(String, with: String)

  /// The folder of `BuildRecords`.
  static let records = "${O}/ingredients"
  /// The folder of the resolution's lists.
  static let lists = "${O}/resolution"

  /// What the resolution says of sources and licences, as an artifact.
  static let provenance = "file:\(lists)/\(Resolution.provenanceName)"

  static func list(_ stage: ResolvedList.Name) -> String { "\(lists)/\(stage.rawValue)" }

  /// Fails unless the root has exactly the packages of the list, and records what they were built from.
  static func check(_ stage: ResolvedList.Name) -> Self {
    .command("sysbuild helper check \(records) \(list(stage))")
  }

  /// Puts the files of a folder over a root that is being made, all of them root's.
  static func overlay(_ folder: String, on root: String, options: String = "") -> [Self] {
    let archive = "${O}/tmp/\(root)/overlay.tar"
    return [
      .command(
        "tar --create --file=\(archive) --directory=\(folder)"
          + " --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX ."),
      .command(
        "tar --extract --file=\(archive) --directory=${O}/\(root).new --same-permissions\(options)"),
    ]
  }

  /// Records what the builds of the last emerge were made from.
  static func recordBuilds(_ stage: ResolvedList.Name) -> Self {
    .command("sysbuild helper record-builds \(records) \(list(stage))")
  }

  /// The line of the recipe.
  var line: String {
    switch self {
    case .command(let line): line
    case .resolve(let arguments): "sysbuild helper resolve \(Self.lists) \(arguments)"
    case .bootstrap(let atom, let options, let environment):
      Self.helper("emerge", .libcap, options + ["\"\(atom)\""], environment)
    case .install(let list, let options, let environment): Self.helper("install", list, options, environment)
    case .assemble(let last, let options, let environment):
      "\(environment)sysbuild helper assemble \(Self.records) \(Self.list(.skeleton)) \(Self.list(.rootfs)) "
        + "\(last) " + options.joined(separator: " ")
    case .build(let list, let options, let environment): Self.helper("build", list, options, environment)
    case .remove(let list): "sysbuild helper remove \(Self.list(list))"
    case .copy(let root, let place): "sysbuild helper copy-root \(root) \(place)"
    case .exchange(let root, let other): "sysbuild helper exchange \(root) \(other)"
    }
  }

  private static func helper(
    _ name: String, _ list: ResolvedList.Name, _ arguments: [String], _ environment: String
  ) -> String {
    "\(environment)sysbuild helper \(name) \(records) \(Self.list(list)) \(arguments.joined(separator: " "))"
  }

  /// Whether it changes packages in a root, or says which.
  var isAboutPackages: Bool { if case .command = self { false } else { true } }
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

  /// Whether its recipe installs or removes packages in a root, or says which.
  var isAboutPackages: Bool { steps.contains(where: \.isAboutPackages) }

  /// The arguments of `helper resolve`; nil if it does not call it.
  var request: String? {
    for case .resolve(let arguments) in steps { return "\(StageStep.lists) \(arguments)" }
    return nil
  }
}
