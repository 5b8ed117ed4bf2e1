/// A target's log, or the end of one, taken apart into what sysbuild said, the commands and what they printed;
/// `LogFile` has the format. A line that is not in it, as the first of a part is, is left out.
package struct LogText {
  package struct Line {
    package let mark: LogFile.Mark
    package let text: ArraySlice<UInt8>
  }

  package let lines: [Line]

  package init(_ bytes: some Collection<UInt8>) {
    lines = Array(bytes).split(separator: 0x0A).compactMap { line in
      let text = line.dropFirst(LogFile.prefixLength)
      guard line.count >= LogFile.prefixLength, let mark = LogFile.Mark(rawValue: line[text.startIndex - 2]),
        line[text.startIndex - 1] == 0x20, line[text.startIndex - 3] == 0x20
      else { return nil }
      return Line(mark: mark, text: text)
    }
  }

  /// All that the commands printed.
  package var output: [UInt8] {
    Array(lines.filter { $0.mark == .output }.map(\.text).joined(separator: [0x0A]))
  }

  /// What the last of the commands printed, line by line.
  package var lastOutput: [ArraySlice<UInt8>] {
    let start = lines.lastIndex { $0.mark == .command } ?? lines.startIndex
    return lines[start...].filter { $0.mark == .output }.map(\.text)
  }
}
