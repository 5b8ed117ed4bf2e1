package import Platform

/// What MAKEFLAGS tells of the make that called: whether it only asks, and where its job slots are. It looks at
/// nothing but that text.
///
/// Its form is make's: single letters in the first word, then options, then `--` and variables. Blanks that
/// belong to a word have a backslash before them. Options that only make has are passed over.
package struct MakeFlags: Equatable {
  /// Where the jobserver's tokens are.
  package enum Jobserver: Equatable {
    /// `fifo:PATH`, as make 4.4 has it.
    case fifo(Path)
    /// `R,W`: the descriptors of a pipe. Negative ones stand for "not for you".
    case pipe(reading: CInt, writing: CInt)
    /// In some other way, which is not known here.
    case other
  }

  package private(set) var isDryRun = false
  package private(set) var asksOnly = false
  package private(set) var touches = false
  /// `-jN`, at most 1024; nil without a number.
  package private(set) var jobs: Int?
  /// Of several the last.
  package private(set) var jobserver: Jobserver?
  /// The words that say the same of the jobserver to a command: number and place.
  private(set) var jobserverWords: [[UInt8]] = []

  package init(_ text: [UInt8] = []) {
    var words = Self.words(text)[...]
    // As make does: the first word needs no dash, unless it sets a variable.
    if let first = words.first, first.first != Self.dash, !first.contains(UInt8(ascii: "=")) {
      words[0] = [Self.dash] + first
    }
    var place: [UInt8]?
    while let word = words.popFirst(), word != Array("--".utf8) {
      if !word.starts(with: Array("--".utf8)) {
        if word.first == Self.dash { read(letters: word.dropFirst(), &words) }
      } else if let equals = word.firstIndex(of: UInt8(ascii: "=")) {
        if ["--jobserver-auth", "--jobserver-fds"].contains(String(decoding: word[..<equals], as: UTF8.self)) {
          place = word
          jobserver = Self.jobserver(word[(equals + 1)...])
        }
      } else {
        read(long: String(decoding: word, as: UTF8.self))
      }
    }
    if let place { jobserverWords = (jobs.map { [Array("-j\($0)".utf8)] } ?? []) + [place] }
  }

  private static func words(_ text: [UInt8]) -> [[UInt8]] {
    var words: [[UInt8]] = []
    var word: [UInt8] = []
    var isEscaped = false
    for byte in text {
      if byte == UInt8(ascii: " "), !isEscaped {
        if !word.isEmpty { words.append(word) }
        word = []
      } else if byte == UInt8(ascii: "\\"), !isEscaped {
        isEscaped = true
        continue
      } else {
        word.append(byte)
      }
      isEscaped = false
    }
    return word.isEmpty ? words : words + [word]
  }

  private mutating func read(letters: ArraySlice<UInt8>, _ rest: inout ArraySlice<[UInt8]>) {
    var letters = letters
    while let letter = letters.popFirst() {
      switch letter {
      case UInt8(ascii: "n"): isDryRun = true
      case UInt8(ascii: "q"): asksOnly = true
      case UInt8(ascii: "t"): touches = true
      case UInt8(ascii: "j"):
        let isApart = letters.isEmpty && rest.first.flatMap { Self.number($0[...]) } != nil
        jobs = Self.number(isApart ? rest.removeFirst()[...] : letters).map { min(max(1, $0), 1024) }
        return
      // Those with an argument, which is the rest of the word.
      case _ where "CEfIlOoW".utf8.contains(letter): return
      default: break
      }
    }
  }

  private mutating func read(long option: String) {
    switch option {
    case "--dry-run", "--just-print", "--recon": isDryRun = true
    case "--question": asksOnly = true
    case "--touch": touches = true
    default: break
    }
  }

  private static func jobserver(_ text: ArraySlice<UInt8>) -> Jobserver {
    let fifo = Array("fifo:".utf8)
    if text.starts(with: fifo) { return .fifo(Path(bytes: text.dropFirst(fifo.count))) }
    let numbers = text.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
      .map { CInt(String(decoding: $0, as: UTF8.self)) }
    guard numbers.count == 2, let reading = numbers[0], let writing = numbers[1] else { return .other }
    return .pipe(reading: reading, writing: writing)
  }

  private static func number(_ text: ArraySlice<UInt8>) -> Int? {
    Int(String(decoding: text, as: UTF8.self))
  }

  private static let dash = UInt8(ascii: "-")
}
