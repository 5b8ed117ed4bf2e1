package import Platform
import TestSupport

/// A parser and what it promises for every input whatever: it ends, with an answer or with an error that can
/// be said, and what it writes it reads back.
///
/// It knows neither where inputs come from (the corpus, the fuzzer) nor any input in particular. An input of
/// several files is these one behind the other, parted by NUL.
package struct ParserCheck: Sendable {
  /// Also the name of its folder in the corpus.
  package let name: String
  /// Throws what the parser throws, or a `BrokenPromise`. The folder is the check's own, and keeps what the
  /// check before left there.
  private let check: @Sendable ([UInt8], Path) throws -> Void

  init(_ name: String, _ check: @escaping @Sendable ([UInt8], Path) throws -> Void) {
    self.name = name
    self.check = check
  }

  init(_ name: String, _ check: @escaping @Sendable ([UInt8]) throws -> Void) {
    self.init(name) { bytes, _ in try check(bytes) }
  }

  package func run(_ input: [UInt8], in folder: Path) throws(BrokenPromise) {
    do {
      try check(input, folder)
    } catch let error as BrokenPromise {
      throw error
    } catch {
      if "\(error)".isEmpty { throw BrokenPromise("an error without words") }
    }
  }

  package static let all = textChecks + portageChecks + stampChecks + cacheChecks

  package static func named(_ name: String) -> ParserCheck? { all.first { $0.name == name } }
}

/// What a parser promised and did not keep.
package struct BrokenPromise: Error, CustomStringConvertible {
  package let description: String

  init(_ description: String) {
    self.description = description
  }
}

func promise(_ isKept: Bool, _ text: @autoclosure () -> String) throws(BrokenPromise) {
  if !isKept { throw BrokenPromise(text()) }
}

/// What `body` gives; an error is a broken promise, since what is read here was written by the parser's own
/// other half.
func promised<Value>(_ what: String, _ body: () throws -> Value) throws(BrokenPromise) -> Value {
  do {
    return try body()
  } catch {
    throw BrokenPromise("\(what): \(error)")
  }
}

/// Writes the parts of an input to the files called `names`, and removes those that it has no part for.
func write(_ input: [UInt8], to names: [Path], in folder: Path) throws {
  let parts = input.split(separator: 0, maxSplits: names.count - 1, omittingEmptySubsequences: false)
  for (number, name) in names.enumerated() {
    let file = folder / name
    if number < parts.count {
      if !File.exists(file.parent) { try Directory.create(file.parent, intermediates: true) }
      try File.write(Array(parts[number]), to: file)
    } else {
      try File.remove(file, missingIsFine: true)
    }
  }
}
