import Platform
import TestSupport
import Testing

@testable import PortageFiles
@testable import TextKit

/// Which files a package owns, as Portage's own code says.
extension AgreementTests {
  @Test("Portage reads the same files in CONTENTS")
  func contents() throws {
    var random = SeededGenerator(for: #function)
    let words = [
      "obj", "sym", "dir", "dev", "fif", "/usr", "/usr/a", "/usr/b c", "/usr/ä", "->", "-> ", " ", "  ",
      "0123456789abcdef0123456789abcdef", "1795734452", "12", "x", "lib/x", "\t",
    ]
    let listed = [
      "obj /usr/lib/libs.a 0123456789abcdef0123456789abcdef 1795734452", "dir /usr/lib",
      "sym /usr/lib/libs.so -> libs.so.1 1795734452", "obj /usr/share/a b  c 00 1", "obj /usr/a -> b 00 1",
      "sym /usr/a -> b -> c d 1", "sym /usr/a -> 1", "sym /usr/x -> y 1x", "obj /usr/y 00 1x", "obj /usr/z 00",
      "obj /usr/w 00 1 ", "fif /usr/f", "dev /usr/d", "", "# comment", "obj  /usr/two 00 1",
      "obj /usr/tab \t 12",
    ]
    let lines =
      listed
      + (0..<600).map { _ in
        (0..<Int.random(in: 1...7, using: &random)).compactMap { _ in words.randomElement(using: &random) }
          .joined(separator: " ")
      }
    let entry: Path = "var/db/pkg/app-misc/leaf-1"
    let tree = try TestTree(["\(entry)/": ""])
    for line in lines {
      try File.write(Array("\(line)\n".utf8), to: tree.path / entry / "CONTENTS")
      let answer = try Self.oracle.get().answer(contents: tree.path / entry).elements
      let files = try InstalledFile.all(
        of: PackageVersion(category: "app-misc", name: "leaf", version: "1"), in: tree.path)
      let read = files.map { file -> [String?] in
        // A description would replace control characters.
        let path = "/" + String(decoding: file.path.bytes, as: UTF8.self)
        return switch file.content {
        case .file(let digest): [path, "obj", digest]
        case .link(let target): [path, "sym", String(decoding: target, as: UTF8.self)]
        }
      }
      #expect(read == answer.map { $0.elements.map(\.text) }, "\(line)")
    }
  }
}
