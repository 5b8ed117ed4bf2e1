import Platform

/// Finds the eclasses that an ebuild inherits, directly or through other eclasses, by the literal text of the
/// lines `inherit NAME…`.
///
/// Conditions are ignored, so the result may have too many eclasses. A name that is put together from variables
/// is missed.
public enum Inheritance {
  /// The names of the eclasses, sorted, each once.
  ///
  /// - Parameters:
  ///   - ebuild: the text of the ebuild.
  ///   - text: returns the text of an eclass; nil if there is none of that name, which is then left out.
  public static func eclasses(of ebuild: [UInt8], text: (String) -> [UInt8]?) -> [String] {
    var known: Set<String> = []
    var pending = names(in: ebuild)
    while let name = pending.popLast() {
      guard !known.contains(name), let text = text(name) else { continue }
      known.insert(name)
      pending += names(in: text)
    }
    return known.sorted()
  }

  private static func names(in text: [UInt8]) -> [String] {
    var names: [String] = []
    var isInherit = false
    for line in text.split(separator: 0x0A) {
      var words = line.split {
        $0 == 0x20 || $0 == 0x09 || $0 == UInt8(ascii: ";") || $0 == UInt8(ascii: "\\")
      }[...]
      if !isInherit {
        guard let place = words.firstIndex(where: { $0.elementsEqual("inherit".utf8) }) else { continue }
        words = words[(place + 1)...]
      }
      let end =
        words.firstIndex { $0.first == UInt8(ascii: "#") || $0.elementsEqual("&&".utf8) } ?? words.endIndex
      names += words[..<end].map { String(decoding: $0, as: UTF8.self) }
      isInherit = line.last == UInt8(ascii: "\\")
    }
    return names
  }
}
