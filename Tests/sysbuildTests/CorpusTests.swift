import ParserChecks
import Platform
import TestSupport
import Testing

/// Each input that the fuzzer was ever given or broke a parser with, once more: `Fuzz/run` makes new ones.
@Test(arguments: ParserCheck.all.map(\.name)) func theKeptCorpus(_ name: String) throws {
  let check = try #require(ParserCheck.named(name))
  let corpus = Path("\(#filePath)").parent / "../../Fuzz/corpus" / name
  let inputs = try Directory.entries(of: corpus).map(\.name).sorted()
  #expect(inputs.count > 2)
  for input in inputs {
    let folder = try TemporaryFolder(inMemory: true)
    let bytes = try File.read(corpus / input)
    #expect(throws: Never.self, "\(name)/\(input)") { try check.run(bytes, in: folder.path) }
  }
}
