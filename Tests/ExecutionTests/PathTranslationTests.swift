import Platform
import Testing

@testable import Execution

@Suite struct PathTranslationTests {
  /// What is shown of what was printed, block by block.
  private func shown(_ blocks: [String]) -> String {
    var translation = PathTranslation(from: "/seen/at", to: "/home/o")
    let shown = blocks.flatMap { translation.translate(Array($0.utf8)) } + translation.end()
    return String(decoding: shown, as: UTF8.self)
  }

  @Test(
    "the path of users stands in its place, wherever the blocks are cut",
    arguments: [
      ("log: /seen/at/x/y.log\n", "log: /home/o/x/y.log\n"),
      ("'/seen/at' and \"/seen/at/\":/seen/at", "'/home/o' and \"/home/o/\":/home/o"),
      ("/seen/attic /seen/at-2 /seen/at.d /seen/at_x", "/seen/attic /seen/at-2 /seen/at.d /seen/at_x"),
      ("/seen/seen/at/x //seen/at", "/seen/seen/at/x //home/o"), ("x/seen/at", "x/seen/at"), ("", ""),
      ("/seen", "/seen"),
    ])
  func everyCut(_ text: String, _ expected: String) {
    #expect(shown([text]) == expected)
    #expect(shown(text.map { String($0) }) == expected)
    for cut in text.indices { #expect(shown([String(text[..<cut]), String(text[cut...])]) == expected) }
  }

  @Test("what cannot be the path is shown at once") func promptly() {
    var translation = PathTranslation(from: "/seen/at", to: "/home/o")
    #expect(translation.translate(Array("50 %".utf8)) == Array("50 %".utf8))
    #expect(translation.translate(Array("a /see".utf8)) == Array("a ".utf8))
    #expect(translation.translate(Array("d".utf8)) == Array("/seed".utf8))
  }
}
