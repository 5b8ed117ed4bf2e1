import Glibc
import Platform
import Stamps

/// Says what a program that is linked with a shared object sees of it, which `readelf` of GNU Binutils reads.
struct SharedObjects {
  /// The number of files that are read at once, so that their names fit into one command.
  private static let batch = 500

  let readelf: Path

  /// Whether a file may be a shared object: an ELF file of the type ET_DYN (elf(5)) whose name is that of a library.
  static func isOne(_ file: Path) -> Bool {
    guard let name = file.lastComponent.string, name.hasSuffix(".so") || name.contains(".so."),
      let head = try? FileDescriptor.open(file, O_RDONLY).read(upTo: 18), head.count == 18,
      head.starts(with: [0x7F] + Array("ELF".utf8))
    else { return false }
    return head[16] == 3 || head[17] == 3
  }

  /// An entry for the file and one for each symbol that it exports, for each file:
  ///
  ///     usr/lib/libcap.so.2                            shared object libcap.so.2
  ///     usr/lib/libcap.so.2 symbol cap_dup             FUNC
  ///     usr/lib/libcap.so.2 symbol cap_table@@CAP_2    OBJECT 128
  ///
  /// The value is the soname or, for a symbol, its type and, for data, its bytes.
  ///
  /// - Parameter files: paths relative to `root`.
  /// - Returns: nil if one of the files is damaged.
  func entries(of files: [Path], in root: Path) throws -> [Listing.Entry]? {
    var entries: [Listing.Entry] = []
    for start in stride(from: 0, to: files.count, by: Self.batch) {
      let some = Array(files[start..<min(start + Self.batch, files.count)])
      let (output, status) = try ProgramOutput.ofBothStreams(
        readelf, ["readelf", "--wide", "--dynamic", "--dyn-syms", "--"] + some.map { "\(root / $0)" },
        environment: ["LC_ALL=C"], directory: "/")
      guard status.isSuccess, let found = Self.entries(in: String(decoding: output, as: UTF8.self), of: some)
      else { return nil }
      entries += found
    }
    return entries
  }

  /// Parses what readelf prints. There is a line `File: NAME` before each of several files. Of what it cannot read it
  /// prints an error, and succeeds.
  static func entries(in output: String, of files: [Path]) -> [Listing.Entry]? {
    var sections: [(soname: Substring, symbols: [(name: Substring, kind: String)])] = []
    if files.count == 1 { sections.append(("", [])) }
    for line in output.split(separator: "\n") {
      if line.hasPrefix("File: ") {
        sections.append(("", []))
      } else if sections.isEmpty {
        continue
      } else if line.hasPrefix("readelf: Error: ") {
        return nil
      } else if line.contains("(SONAME)"), let start = line.firstIndex(of: "[") {
        sections[sections.count - 1].soname = line[start...].dropFirst().prefix { $0 != "]" }
      } else if let symbol = symbol(line) {
        sections[sections.count - 1].symbols.append(symbol)
      }
    }
    guard sections.count == files.count else { return nil }
    return zip(files, sections).flatMap { file, section in
      [Listing.Entry(key: file.bytes, value: "shared object \(section.soname)".utf8)]
        + section.symbols.map {
          Listing.Entry(key: file.bytes + " symbol \($0.name)".utf8, value: $0.kind.utf8)
        }
    }
  }

  /// The symbol of a line `NUMBER: VALUE SIZE TYPE BINDING VISIBILITY SECTION NAME`, if others can be linked with it.
  /// Some machines have more words before the section.
  private static func symbol(_ line: Substring) -> (name: Substring, kind: String)? {
    let words = line.split(separator: " ")
    guard words.count >= 8, words[0].last == ":", words[0].dropLast().allSatisfy(\.isNumber) else { return nil }
    let bindings: Set<Substring> = ["GLOBAL", "WEAK", "UNIQUE"]
    let isVisible = words.contains("DEFAULT") || words.contains("PROTECTED")
    guard isVisible, !bindings.isDisjoint(with: words), !words.dropLast().contains("UND") else { return nil }
    let isData = ["OBJECT", "TLS", "COMMON"].contains(words[3])
    return (words[words.count - 1], isData ? "\(words[3]) \(words[2])" : String(words[3]))
  }
}
