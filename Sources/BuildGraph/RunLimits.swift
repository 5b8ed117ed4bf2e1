/// How a target may run: beside which others, for how long, how often. No stamp records this, since it does not
/// change the result.
public struct RunLimits: Hashable, Sendable {
  /// Of the targets of one pool only one runs at a time.
  public let pool: String?
  /// How long all its commands may take together, in nanoseconds.
  public let timeout: Int64?
  /// How often it is tried again after a command has failed, for temporary failures such as those of a
  /// download.
  public let retries: Int

  /// The pool of the targets whose commands get the terminal, for an editor or a menu.
  public static let console = "console"
  public var takesConsole: Bool { pool == Self.console }

  /// No limits.
  static let none = RunLimits(pool: nil, timeout: nil, retries: 0)

  private init(pool: String?, timeout: Int64?, retries: Int) {
    self.pool = pool
    self.timeout = timeout
    self.retries = retries
  }

  /// What `target` declares. Adds a problem for each part that is malformed.
  init(_ target: Target, _ problems: inout [GraphProblem]) {
    pool = target.pool.isEmpty ? nil : target.pool
    if !target.pool.isEmpty, !GraphBuilder.isName(target.pool) { problems.append(.badPool(target)) }
    timeout = Self.duration(target.timeout)
    if timeout == nil, !target.timeout.isEmpty { problems.append(.badTimeout(target)) }
    let number = target.retries.isEmpty ? 0 : Int(target.retries).flatMap { (0...9).contains($0) ? $0 : nil }
    retries = number ?? 0
    if number == nil { problems.append(.badRetries(target)) }
  }

  /// `90s`, `30m` or `2h` in nanoseconds, from one second to a year; nil for anything else.
  private static func duration(_ text: String) -> Int64? {
    let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600]
    guard let unit = text.last.flatMap({ units[$0] }), text.utf8.first != UInt8(ascii: "+"),
      let number = Int64(text.dropLast()),
      case (let seconds, let overflow) = number.multipliedReportingOverflow(by: unit),
      !overflow, (1...366 * 86400).contains(seconds)
    else { return nil }
    return seconds * 1_000_000_000
  }
}
