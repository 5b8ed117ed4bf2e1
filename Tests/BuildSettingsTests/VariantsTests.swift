import PortageFiles
import Stamps
import TestSupport
import Testing

@testable import BuildSettings

@Suite struct VariantsTests {
  private let tree: TestTree

  init() throws {
    tree = try TestTree([
      "profiles/plain/variant.conf": "A=1\nB=\"${A} x\"\n",
      "profiles/board/variant.conf": "BASE=plain\nA=2\nB=\"${B} y\"\n",
      "profiles/rack/variant.conf": "C=3\nD=${A}${B}\nBASE=board\n",
      "profiles/self/variant.conf": "BASE=self\n",
      "profiles/one/variant.conf": "A=1\nBASE=two\n", "profiles/two/variant.conf": "BASE=three\n",
      "profiles/three/variant.conf": "\nBASE=two\n", "profiles/typo/variant.conf": "BASE=plan\n",
      "profiles/a b/variant.conf": "", "profiles/blank/variant.conf": "BASE='a b'\n",
      "profiles/broken/variant.conf": "A\n", "profiles/above/variant.conf": "BASE=broken\n",
    ])
  }

  private func layers(_ name: String) throws -> Variants.Layers {
    try Variants(tree.path, ReadRecorder()).layers(of: name)
  }

  @Test func whatIsBuiltOnComesFirst() throws {
    #expect(try layers("plain").names == ["plain"])
    let layers = try layers("rack")
    #expect(layers.names == ["plain", "board", "rack"])
    #expect(
      layers.variables.map { "\($0.place) \($0.name)=\($0.value)" } == [
        "profiles/plain/variant.conf:1 A=1", "profiles/plain/variant.conf:2 B=1 x",
        "profiles/board/variant.conf:2 A=2", "profiles/board/variant.conf:3 B=1 x y",
        "profiles/rack/variant.conf:1 C=3", "profiles/rack/variant.conf:2 D=21 x y",
      ])
  }

  @Test(arguments: [
    (
      "self",
      "profiles/self/variant.conf:1: the variant builds on itself (self → self): remove the line, or name another variant"
    ),
    (
      "one",
      "profiles/three/variant.conf:2: the variant builds on itself (two → three → two): remove the line, or name another variant"
    ),
    (
      "typo",
      "profiles/typo/variant.conf:1: there is no variant 'plan' to build on; did you mean 'plain'?"
    ),
    (
      "blank",
      "profiles/blank/variant.conf:1: the name of a variant to build on has only letters, digits, '+', '-', '.' and '_': rename 'profiles/a b'"
    ),
    ("above", "profiles/broken/variant.conf:1: 'A' is not an assignment: write NAME=value"),
  ])
  func refusals(_ name: String, _ message: String) {
    let error = #expect(throws: SourceError.self) { try layers(name) }
    #expect(error?.description == message)
  }
}
