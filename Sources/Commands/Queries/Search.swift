import BuildSettings
import ImageBuild
import Platform
import TextKit

extension Command {
  static let search = Command(
    "search", "WORD…",
    summary: "packages of the repositories, by name and description",
    details: [
      "A package is found if its name or its description has all of the words. What keeps Portage from taking any version "
        + "is named in a word, such as 'package.mask' or '~amd64'. The exit status is 1 if there is no such package."
    ],
    words: .oneOf([]), options: [.json], run: { try Search.run(Session($0)) })
}

/// `sysbuild search WORD…`.
private enum Search {
  static func run(_ session: Session) throws -> Ending {
    let words = session.invocation.words
    if words.isEmpty { throw UserError("'search' needs a word: sysbuild search editor") }
    guard session.settings.variant != nil else { throw UserError.noImageGraph }
    let found = try PackageSearch(words, session.settings, environment: try session.portageEnvironment())
    if session.invocation.wantsJSON {
      _ = try Program.show(found.json)
    } else if found.isEmpty {
      Program.complain(
        "no package of the repositories has \(words.map { "'\($0)'" }.joined(separator: " and "))")
    } else {
      _ = try Program.show(found.text(width: StandardStream.output.width))
    }
    return .exit(found.isEmpty ? 1 : 0)
  }
}
