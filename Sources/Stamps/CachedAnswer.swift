import Glibc
import Platform

/// A question, its answer, and everything that the answer depends on, in the index's own layout. `FileIndex`
/// finds out whether the answer still holds.
///
/// Behind the head that all blocks have (`IndexBlock`), here with kind 2 and the question as the key:
///
///     16  UInt32  number of subjects                20  UInt32  bytes of the answer
///     24  records, 56 bytes each
///     …   subjects, UInt32 each: the number of a snapshot in the index file, from 0
///     …   the question, the answer, then the names, each with a terminating NUL
///
///     record:  0 the status (`StatusRecord`), all zero if there is none
///              48 UInt64  what must not have changed: 0 the path's status, 1 its status with links followed,
///                         2 the kind of what is at the path, 3 an environment variable, whose record is
///                         named `NAME=value`. 8 is added if the path was missing or the variable not set
package struct CachedAnswer {
  private static let headerSize = 24
  private static let recordSize = 56

  let block: IndexBlock
  package let count: Int

  /// The cached answer that is `block`; nil if it cannot be one.
  package init?(_ block: IndexBlock) {
    self.block = block
    count = block.count
    guard block.kind == .cachedAnswer, block.size >= Self.headerSize,
      questionStart + block.keyLength + answerLength < block.size
    else { return nil }
  }

  private var subjectCount: Int { Int(block.number(at: 16)) }
  private var answerLength: Int { Int(block.number(at: 20)) }
  private var subjectsStart: Int { Self.headerSize + count * Self.recordSize }
  private var questionStart: Int { subjectsStart + subjectCount * 4 }

  package var question: [UInt8] { block.bytes(at: questionStart, count: block.keyLength) }
  package var answer: [UInt8] { block.bytes(at: questionStart + block.keyLength, count: answerLength) }
  /// The numbers of the snapshots that it depends on.
  package var subjects: [Int] { (0..<subjectCount).map { Int(block.number(at: subjectsStart + 4 * $0)) } }

  /// Whether what record number `record` says is still so.
  package func holds(_ record: Int, _ lookup: borrowing PathLookup) -> Bool {
    let offset = Self.headerSize + record * Self.recordSize
    let name = unsafe block.string(at: Int(block.number(at: offset + 44)))
    let rule = block.load(offset + 48, as: UInt64.self)
    let isThere = rule & Self.missing == 0
    guard let aspect = ReadRecorder.Aspect(rawValue: rule & ~Self.missing) else {
      return unsafe Self.holds(variable: name, isSet: isThere)
    }
    switch unsafe lookup.status(of: name, followingLinks: aspect == .statusBehindLinks) {
    case .failure(let error): return !isThere && error.isMissing
    case .success(let status):
      if aspect == .kind { return isThere && StatusRecord.kind(block, at: offset) == status.kind }
      return isThere && StatusRecord.matches(status, block, at: offset)
    }
  }

  private static let variable: UInt64 = 3
  private static let missing: UInt64 = 8

  private static func holds(variable text: UnsafePointer<CChar>, isSet: Bool) -> Bool {
    let setting = unsafe Array(UnsafeRawBufferPointer(start: text, count: strlen(text)))
    let name = isSet ? setting.prefix { $0 != UInt8(ascii: "=") } : setting[...]
    guard let value = Environment.value(String(decoding: name, as: UTF8.self)) else { return !isSet }
    return isSet && value[...] == setting[name.endIndex...].dropFirst()
  }
}

extension CachedAnswer {
  /// - Parameter subjects: as `subjects`.
  init?(question: [UInt8], answer: [UInt8], recorder: ReadRecorder, missing: [Path], subjects: [Int]) {
    let records = recorder.lookups.count + missing.count + recorder.variables.count
    let namesStart =
      Self.headerSize + records * Self.recordSize + subjects.count * 4 + question.count + answer.count
    var names: [UInt8] = []
    var writer = IndexBlockWriter(
      .cachedAnswer, records: records, keyLength: question.count, capacity: namesStart + records * 64)
    writer.append(UInt32(subjects.count))
    writer.append(UInt32(answer.count))
    func add(_ name: [UInt8], _ status: FileStatus?, _ rule: UInt64, isThere: Bool? = nil) {
      let offset = namesStart + names.count
      if let status {
        writer.append(status, nameAt: offset)
      } else {
        writer.append(bytes: [UInt8](repeating: 0, count: StatusRecord.size - 4))
        writer.append(UInt32(truncatingIfNeeded: offset))
      }
      writer.append(rule + (isThere ?? (status != nil) ? 0 : Self.missing))
      names += name + [0]
    }
    for lookup in recorder.lookups {
      add(lookup.place.path.bytes, lookup.status, lookup.place.aspect.rawValue)
    }
    for path in missing { add(path.bytes, nil, ReadRecorder.Aspect.statusBehindLinks.rawValue) }
    for (name, value) in recorder.variables.sorted(by: { $0.key < $1.key }) {
      let setting = value.map { Array(name.utf8) + [UInt8(ascii: "=")] + $0 } ?? Array(name.utf8)
      add(setting, nil, Self.variable, isThere: value != nil)
    }
    for subject in subjects { writer.append(UInt32(subject)) }
    writer.append(bytes: question + answer + names)
    guard let block = writer.finish() else { return nil }
    self.init(block)
  }

  /// This cached answer with other numbers for its snapshots.
  package func renumbered(_ subjects: [Int]) -> CachedAnswer? {
    var bytes = unsafe Array(block.bytes)
    for (index, subject) in subjects.enumerated() {
      unsafe withUnsafeBytes(of: UInt32(subject)) {
        unsafe bytes.replaceSubrange(subjectsStart + 4 * index..<subjectsStart + 4 * index + 4, with: $0)
      }
    }
    return IndexBlock(bytes).flatMap(CachedAnswer.init)
  }
}
