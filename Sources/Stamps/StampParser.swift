import Platform

/// Reads the lines of a stamp between its first line and its checksum; `StampText` has the format.
struct StampParser {
  private let lines: [[String]]
  private var next = 0

  init(lines: some Collection<ArraySlice<UInt8>>) throws(StampError) {
    var parsed: [[String]] = []
    for line in lines {
      let fields = line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
      let texts = fields.compactMap { unescaped($0).flatMap(Self.text(of:)) }
      // The header is line 1.
      guard texts.count == fields.count else { throw .malformed(line: parsed.count + 2) }
      parsed.append(texts)
    }
    self.lines = parsed
  }

  /// A field as text; nil if it is not UTF-8. Nearly all are ASCII, which is checked ten times as fast.
  private static func text(of field: [UInt8]) -> String? {
    if field.allSatisfy({ $0 < 0x80 }) { return String(decoding: field, as: UTF8.self) }
    return String(validating: field, as: UTF8.self)
  }

  mutating func stamp() throws(StampError) -> Stamp {
    let target = try text("target")
    let state = try state()
    guard next < lines.count else { return Stamp(target: target, state: state, success: nil) }
    var success = Stamp.Success(recipe: [], inputs: [], outputs: [], started: 0, duration: 0)
    success.started = try started()
    success.duration = try duration()
    while let fields = optional("recipe") { success.recipe.append(try only(fields)) }
    while let fields = optional("input") { success.inputs.append(try record(fields)) }
    while let fields = optional("output") { success.outputs.append(try record(fields)) }
    guard next == lines.count else {
      next += 1
      throw malformed
    }
    return Stamp(target: target, state: state, success: success)
  }

  /// The file's line that was read last: the header is line 1.
  private var malformed: StampError { .malformed(line: next + 1) }

  private mutating func optional(_ key: String) -> [String]? {
    guard next < lines.count, lines[next].first == key else { return nil }
    next += 1
    return Array(lines[next - 1].dropFirst())
  }

  private mutating func field(_ key: String) throws(StampError) -> [String] {
    guard let fields = optional(key) else {
      next += 1
      throw malformed
    }
    return fields
  }

  private mutating func text(_ key: String) throws(StampError) -> String {
    let fields = try field(key)
    return try only(fields)
  }

  private func only(_ fields: [String]) throws(StampError) -> String {
    guard fields.count == 1 else { throw malformed }
    return fields[0]
  }

  private mutating func state() throws(StampError) -> Stamp.State {
    let fields = try field("state")
    switch (fields.first, fields.count) {
    case ("complete", 1): return .complete
    case ("started", 1): return .started
    case ("failed", 2): return .failed(fields[1])
    case ("elsewhere", 2): return .elsewhere(record: fields[1])
    default: throw malformed
    }
  }

  private mutating func started() throws(StampError) -> Int64 {
    let text = try self.text("started")
    guard let time = Clock.parseISO8601(text) else { throw malformed }
    return time
  }

  private mutating func duration() throws(StampError) -> Int64 {
    let parts = try text("seconds").split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[1].utf8.count == 9, let whole = UInt32(parts[0]),
      let part = UInt32(parts[1]), parts.allSatisfy({ $0.first != "+" })
    else { throw malformed }
    return Int64(whole) * 1_000_000_000 + Int64(part)
  }

  private mutating func record(_ fields: [String]) throws(StampError) -> Stamp.Record {
    guard fields.count >= 3 else { throw malformed }
    let excluding = try fields.dropFirst(3).map { (field) throws(StampError) in
      guard field.first == "!" else { throw malformed }
      return String(field.dropFirst())
    }
    let artifact = Artifact(.init(rawValue: fields[0]), fields[1], excluding: excluding)
    return Stamp.Record(artifact, try observation(fields[2]), try detail())
  }

  private func observation(_ field: String) throws(StampError) -> Observation? {
    if field == "missing" { return nil }
    let rest = field.utf8.dropFirst(2 * Digest.byteCount)
    guard let digest = Digest(hex: field.utf8.prefix(2 * Digest.byteCount)),
      rest.isEmpty || rest.elementsEqual(" executable".utf8)
    else { throw malformed }
    return Observation(digest, isExecutable: !rest.isEmpty)
  }

  private mutating func detail() throws(StampError) -> Stamp.Record.Detail {
    guard let fields = optional("") else { return .none }
    switch (fields.first, fields.count) {
    case ("text", 2): return .text(fields[1])
    case ("listing", 2):
      guard let digest = Digest(hex: fields[1]) else { throw malformed }
      return .listing(digest)
    default: throw malformed
    }
  }
}
