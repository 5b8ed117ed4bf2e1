import BuildGraph
import ImageBuild
import Platform
import Stamps
import Testing

@testable import ArtifactKinds
@testable import Commands

/// The documents name what the program has.
@Suite struct DocumentTests {
  private func text(_ name: String) throws -> String {
    String(decoding: try File.read(Path(#filePath).parent.parent.parent / name), as: UTF8.self)
  }

  @Test func theReferenceHasEveryCommandAndOption() throws {
    let reference = try text("docs/reference.md")
    for command in CommandTable.visible { #expect(reference.contains("`\(command.name)"), "\(command.name)") }
    for spelling in CommandTable.options.flatMap(\.spellings) {
      #expect(reference.contains("`\(spelling)"), "\(spelling)")
    }
    for declaration in ArtifactKinds.declarations {
      #expect(reference.contains("`\(declaration.kind.rawValue):"), "\(declaration.kind.rawValue)")
    }
  }

  @Test func theChangelogBeginsWithThisVersion() throws {
    let entries = try text("CHANGELOG.md").split(separator: "\n").filter { $0.hasPrefix("## [") }
    #expect(entries.first?.hasPrefix("## [\(Version.text)]") == true, "\(entries.first ?? "")")
  }

  /// The files that the examples of CONTRIBUTING change are there, with the lines that are replaced.
  @Test func theExamplesOfContributingApply() throws {
    let lines = try text("CONTRIBUTING.md").split(separator: "\n", omittingEmptySubsequences: false)
    var file = ""
    var replaced: [String: [Substring]] = [:]
    for line in lines {
      if line.hasPrefix("--- a/") {
        file = String(line.dropFirst(6))
      } else if line.hasPrefix("--- ") || line.hasPrefix("```") {
        file = ""
      } else if line.hasPrefix("-"), file != "" {
        replaced[file, default: []].append(line.dropFirst())
      }
    }
    #expect(replaced.count == 2)
    for (file, lines) in replaced {
      let present = try text(file).split(separator: "\n")
      for line in lines { #expect(present.contains(line), "\(file): \(line)") }
    }
  }
}
