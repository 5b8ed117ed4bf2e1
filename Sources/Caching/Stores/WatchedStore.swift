import Platform
import Stamps
import TextKit

/// A store that is left alone, until the run ends, when it has failed or has too much that cannot be used. The first
/// failure is told.
final class WatchedStore {
  let place: CachePlace
  let store: any CacheStore
  private let warn: (String) -> Void
  private(set) var isOff = false
  /// How often something was wrong with what it has.
  private var problems = 0
  private static let mostProblems = 3
  /// Keys that had no value.
  private var missed: Set<Digest> = []

  init(_ place: CachePlace, scratch: Path, warn: @escaping (String) -> Void) {
    self.place = place
    self.warn = warn
    store = place.store(scratch: scratch)
  }

  /// The value of a key; nil if there is none that can be used.
  func result(of key: Digest) throws -> ActionResult? {
    if isOff || missed.contains(key) { return nil }
    guard let bytes = try attempt({ try store.value(of: key) }) ?? nil else {
      missed.insert(key)
      return nil
    }
    guard let result = ActionResult(bytes) else {
      missed.insert(key)
      noteProblem()
      isOff = isHopeless
      complain("what it has for \(key.hex.prefix(12)) is no value")
      return nil
    }
    return result
  }

  /// Nil if the cache failed, which is told once.
  @discardableResult
  func attempt<Value>(_ body: () throws -> Value) throws -> Value? {
    do {
      return try body()
    } catch let interrupted as Interrupted {
      throw interrupted
    } catch {
      isOff = true
      complain("\(error)")
      return nil
    }
  }

  func complain(_ text: String) {
    warn("the cache '\(place.text)': \(text)\(isOff ? "; it is not used any more in this run" : "")")
  }

  /// Something that it has cannot be used.
  func noteProblem() { problems += 1 }

  var isHopeless: Bool { problems >= Self.mostProblems }

  func giveUp(_ why: String) {
    isOff = true
    complain(why)
  }
}
