import ParserChecks
import Platform
import TestSupport

/// What libFuzzer calls for each input that it thinks of: the check of the parser that SYSBUILD_PARSER names.
/// A broken promise is a crash to it, as a trap is.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = Array(UnsafeBufferPointer(start: start, count: count))
  do {
    try subject.check.run(input, in: subject.folder.path)
  } catch {
    fatalError("\(error)")
  }
  return 0
}

private let subject: (check: ParserCheck, folder: TemporaryFolder) = {
  let name = Environment.value("SYSBUILD_PARSER").map { String(decoding: $0, as: UTF8.self) } ?? ""
  guard let check = ParserCheck.named(name) else {
    fatalError("SYSBUILD_PARSER='\(name)' is none of \(ParserCheck.all.map(\.name))")
  }
  do { return (check, try TemporaryFolder(inMemory: true)) } catch { fatalError("\(error)") }
}()
