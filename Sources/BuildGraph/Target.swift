/// A target as it is declared, before anything in it was checked or expanded.
///
/// All texts are templates in the syntax of a targets file: `${VAR}` stands for a variable's value. Nothing
/// here knows whether the names in it exist; `Graph` checks that.
public struct Target: Hashable, Sendable {
  public var name: String
  /// One line for `list`.
  public var summary: String
  /// The targets whose outputs this one reads.
  public var needs: [String]
  /// What it reads besides: `KIND:NAME`, a tree's exclusions behind it as ` !NAME`.
  public var inputs: [String]
  /// What it makes, in the same form.
  public var outputs: [String]
  /// A line a command, split into words as a shell splits them, and run without a shell.
  public var run: [String]
  /// `NAME=value` lines; besides these a command sees only the graph's base environment.
  public var environment: [String]
  /// The pool that it runs in; of one pool only one target runs at a time. Empty for none.
  public var pool = ""
  /// How long its commands may take: `90s`, `30m`, `2h`. Empty for as long as they want.
  public var timeout = ""
  /// How often it is tried again after a failure, 0 to 9. Empty for 0.
  public var retries = ""
  /// Where it is declared, as `file:line`; nil for a target that is built in.
  public var place: String?

  public init(
    _ name: String, summary: String = "", needs: [String] = [], inputs: [String] = [],
    outputs: [String] = [], run: [String] = [], environment: [String] = [], place: String? = nil
  ) {
    self.name = name
    self.summary = summary
    self.needs = needs
    self.inputs = inputs
    self.outputs = outputs
    self.run = run
    self.environment = environment
    self.place = place
  }
}
