/// A target as it is declared, before anything in it is checked or expanded; `GraphBuilder` does that.
///
/// All texts are templates in the syntax of a targets file, in which `${VAR}` stands for a variable's value.
public struct Target: Hashable, Sendable {
  public var name: String
  /// A line for `sysbuild list`.
  public var summary: String
  /// The targets whose outputs it reads.
  public var needs: [String]
  /// What else it reads: `KIND:NAME`, and for a tree ` !NAME` for each exclusion.
  public var inputs: [String]
  /// What it makes, in the same form.
  public var outputs: [String]
  /// A line for each command. It is split into words as a shell would, and run without a shell.
  public var run: [String]
  /// `NAME=value` lines. Apart from these a command sees only the graph's base environment.
  public var environment: [String]
  /// The pool that it runs in; empty for none. Of the targets of a pool one runs at a time.
  public var pool = ""
  /// How long its commands may take: `90s`, `30m`, `2h`. Empty for no limit.
  public var timeout = ""
  /// How often it is tried again after a failure, from 0 to 9. Empty for 0.
  public var retries = ""
  /// Where it is declared, as `file:line`; nil for a target that is built in.
  public var place: String?
  /// Where `run` is declared, which may be another place, as a targets file can replace and extend it.
  public var runOrigin: RunOrigin

  /// Where the commands of a target are declared.
  public enum RunOrigin: Hashable, Sendable {
    /// The built-in graph declares all of them.
    case builtIn
    /// The built-in graph declares the first ones, and these sections of targets files (`file:line`) add the others.
    case extended([String])
    /// A section of a targets file, `file:line`, declares them.
    case file(String)
  }

  public init(
    _ name: String, summary: String = "", needs: [String] = [], inputs: [String] = [],
    outputs: [String] = [], run: [String] = [], environment: [String] = [], place: String? = nil,
    runOrigin: RunOrigin? = nil
  ) {
    self.name = name
    self.summary = summary
    self.needs = needs
    self.inputs = inputs
    self.outputs = outputs
    self.run = run
    self.environment = environment
    self.place = place
    self.runOrigin = runOrigin ?? place.map(RunOrigin.file) ?? .builtIn
  }
}
