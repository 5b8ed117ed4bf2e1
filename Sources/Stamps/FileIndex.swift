public import Platform

/// A cache of what files and trees contained when they were last read, so that an unchanged one costs one stat
/// a path and no read, and of answers drawn from them.
///
/// A recorded digest is trusted while the status (device, inode, size, times of modification and change in
/// nanoseconds, type and permissions) is the same, with one exception, the racy case (`FileStatus.isRacy`): a
/// path that had changed within the tick of the clock in which it was read could have been changed once more
/// within that tick, so it is read again the next time.
///
/// Losing it costs time, never correctness. `IndexFile` specifies the format on disk.
public final class FileIndex {
  /// A file or tree to observe.
  public struct Subject: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
      /// Links are followed.
      case file
      case tree(excluding: [String])
    }

    public let path: Path
    public let kind: Kind

    public init(_ path: Path, _ kind: Kind) {
      self.path = path
      self.kind = kind
    }

    fileprivate var isTree: Bool { kind != .file }

    fileprivate var key: [UInt8] {
      guard case .tree(let excluding) = kind else { return path.bytes }
      return path.bytes + excluding.flatMap { [0] + Array($0.utf8) }
    }
  }

  public let file: Path
  private let saved: IndexFile
  private lazy var known = Dictionary(
    saved.snapshots.map { (Subject.Key($0), $0) }, uniquingKeysWith: { _, last in last })
  private var seen: [Subject: Snapshot?] = [:]
  private var newAnswer: Draft?
  private var isChanged = false

  /// The index in `file`; empty if there is none or it is damaged.
  public init(_ file: Path) {
    self.file = file
    saved = IndexFile(file)
  }

  /// Looks at each subject again, and reads those that have changed.
  public func refresh(_ subjects: [Subject]) throws(ScanError) {
    let fresh = unchanged(subjects)
    for (subject, isFresh) in zip(subjects, fresh) {
      let key = Subject.Key(subject)
      if isFresh {
        seen[subject] = .some(known[key])
        continue
      }
      let snapshot = try look(at: subject, known: known[key])
      seen[subject] = .some(snapshot)
      if let snapshot {
        known[key] = snapshot
        isChanged = true
      } else if known.removeValue(forKey: key) != nil {
        isChanged = true
      }
    }
  }

  /// Removes a subject that nobody will look at again, unless that has happened in this run.
  public func forget(_ subject: Subject) {
    if seen[subject] == nil, known.removeValue(forKey: Subject.Key(subject)) != nil { isChanged = true }
  }

  /// What the last `refresh` saw; nil if the subject was missing or was never looked at.
  public func observation(_ subject: Subject) -> Observation? {
    (seen[subject] ?? nil)?.observation
  }

  /// A tree's listing as the last `refresh` saw it; nil if the tree was missing.
  public func listing(_ subject: Subject) -> Listing? {
    (seen[subject] ?? nil)?.listing
  }

  /// The symbolic links of a tree as the last look saw it, in byte order: each with its path from the tree's root and
  /// what it holds; none if the tree was missing.
  public func links(of subject: Subject) -> [(name: Path, target: Path)] {
    (seen[subject] ?? nil)?.links ?? []
  }

  /// Writes the index if anything in it is new.
  public func save() throws(SystemError) {
    guard isChanged else { return }
    let sorted = known.sorted { $0.key.bytes.lexicographicallyPrecedes($1.key.bytes) }
    let numbers = Dictionary(uniqueKeysWithValues: sorted.enumerated().map { ($1.key, $0) })
    try IndexFile(snapshots: sorted.map(\.value), cachedAnswers: cachedAnswers(numbers)).write(to: file)
    isChanged = false
  }
}

extension FileIndex {
  /// How many cached answers are kept, so that builds of several goals or variants in turn each find theirs.
  private static let cachedAnswerLimit = 8

  /// A cached answer before the snapshots have their numbers.
  private struct Draft {
    let question: [UInt8]
    let answer: [UInt8]
    let recorder: ReadRecorder
    let missing: [Path]
    let subjects: [Subject.Key]
  }

  /// The answer that `cache` recorded for this question, if nothing that it depends on has changed.
  public func answer(to question: [UInt8]) -> [UInt8]? {
    guard let cachedAnswer = saved.cachedAnswers.first(where: { $0.question == question }) else { return nil }
    var check = StatusCheck(base: commonFolder)
    check.add(cachedAnswer)
    for number in cachedAnswer.subjects {
      guard number < saved.snapshots.count else { return nil }
      check.add(saved.snapshots[number])
    }
    return check.results().allSatisfy(\.self) ? cachedAnswer.answer : nil
  }

  /// A folder that at least half of the saved subjects lie in: in the order of their paths, the one that all in
  /// the middle have in common.
  private var commonFolder: Path? {
    let snapshots = saved.snapshots
    guard snapshots.count > 4 else { return nil }
    let (first, last) = (snapshots[snapshots.count / 4].key, snapshots[snapshots.count * 3 / 4].key)
    var folder = 0
    for (index, byte) in first.enumerated() {
      if index >= last.count || byte != last[index] || byte == 0 { break }
      if byte == UInt8(ascii: "/") { folder = index }
    }
    return folder > 0 ? Path(bytes: Array(first[..<folder])) : nil
  }

  /// Records an answer that depends on every subject looked at so far and on everything that `recorder` saw,
  /// unless some of that could change without being noticed.
  public func cache(_ answer: [UInt8], to question: [UInt8], from recorder: ReadRecorder) {
    let snapshots = seen.values.compactMap(\.self)
    if recorder.isDoubtful || !snapshots.allSatisfy(\.isTrustworthy) { return }
    if self.answer(to: question) == answer { return }
    newAnswer = Draft(
      question: question, answer: answer, recorder: recorder,
      missing: seen.filter { $0.value == nil }.map(\.key.path).sorted(),
      subjects: seen.filter { $0.value != nil }.map { Subject.Key($0.key) }.sorted())
    isChanged = true
  }

  /// The cached answers to write: the new one, and the saved ones whose subjects have the same content as before.
  private func cachedAnswers(_ numbers: [Subject.Key: Int]) -> [CachedAnswer] {
    var cachedAnswers: [CachedAnswer] = []
    if let draft = newAnswer {
      cachedAnswers += [
        CachedAnswer(
          question: draft.question, answer: draft.answer, recorder: draft.recorder, missing: draft.missing,
          subjects: draft.subjects.compactMap { numbers[$0] })
      ].compactMap(\.self)
    }
    for cachedAnswer in saved.cachedAnswers where cachedAnswer.question != newAnswer?.question {
      let subjects = cachedAnswer.subjects.compactMap { number -> Int? in
        guard number < saved.snapshots.count else { return nil }
        let snapshot = saved.snapshots[number]
        let key = Subject.Key(snapshot)
        return known[key]?.observation == snapshot.observation ? numbers[key] : nil
      }
      guard subjects.count == cachedAnswer.subjects.count else { continue }
      cachedAnswers += [cachedAnswer.renumbered(subjects)].compactMap(\.self)
    }
    return Array(cachedAnswers.prefix(Self.cachedAnswerLimit))
  }
}

extension FileIndex.Subject {
  /// A subject's key in the index. A file and a tree with the same path are two subjects.
  fileprivate struct Key: Hashable, Comparable {
    let bytes: [UInt8]
    let isTree: Bool

    init(_ subject: FileIndex.Subject) {
      bytes = subject.key
      isTree = subject.isTree
    }

    init(_ snapshot: Snapshot) {
      bytes = snapshot.key
      isTree = snapshot.isTree
    }

    static func < (left: Self, right: Self) -> Bool {
      if left.bytes != right.bytes { return left.bytes.lexicographicallyPrecedes(right.bytes) }
      return !left.isTree && right.isTree
    }
  }
}

extension FileIndex {
  /// For each subject whether every path of it has the status recorded.
  private func unchanged(_ subjects: [Subject]) -> [Bool] {
    var check = StatusCheck(base: commonFolder)
    let snapshots = subjects.map { known[Subject.Key($0)] }
    for case let snapshot? in snapshots { check.add(snapshot) }
    var results = check.results()[...]
    return snapshots.map { $0 == nil ? false : results.popFirst() ?? false }
  }

  private func look(at subject: Subject, known: Snapshot?) throws(ScanError) -> Snapshot? {
    do {
      switch subject.kind {
      case .file: return try lookAtFile(subject)
      case .tree(let excluding):
        let entries = try TreeScan(root: subject.path, excluding: excluding, known: known).entries()
        var hash = SHA256()
        for entry in entries where entry.name != [UInt8(ascii: ".")] {
          hash.update(Listing.line(key: entry.name, value: entry.value))
        }
        return Snapshot(key: subject.key, isTree: true, digest: hash.finalize(), entries: entries)
      }
    } catch .system(let error) where error.isMissing && error.path == subject.path {
      return nil
    }
  }

  private func lookAtFile(_ subject: Subject) throws(ScanError) -> Snapshot? {
    let began = Clock.coarseWall
    let path = subject.path
    let status = try system { () throws(SystemError) in try FileStatus(path, followingLinks: true) }
    switch status.kind {
    case .file: break
    case .directory: throw .notAFile(path)
    default: throw .notDigestible(path, status.kind)
    }
    let digest = try system { () throws(SystemError) in try SHA256.digest(ofFile: path, followingLinks: true) }
    let entry = TreeEntry(
      name: path.bytes, status: status, linkTarget: [], digest: digest,
      isRacy: status.isRacy(at: began))
    return Snapshot(key: subject.key, isTree: false, digest: digest, entries: [entry])
  }
}
