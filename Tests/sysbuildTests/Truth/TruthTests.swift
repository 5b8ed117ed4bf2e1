import TestSupport
import Testing

@testable import ModelSupport

/// Truth, by model, over real files: the random graphs and edits of `truthByModel`, looked at by the real
/// observer and index. `Campaign` says how a failure is brought back. In a process of its own, since the
/// trials set environment variables.
@Test(arguments: Campaign.parts) func truthOverFiles(_ part: UInt64) async throws {
  let result = await onThreadsOfItsOwn {
    await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
      [part, seed = runSeed as UInt64] in
      do {
        try Campaign(usual: 200, from: seed).run(part) { try FileWorld(seed: $0) }
      } catch {
        print("no truth: \(error)")
      }
    }
  }
  let text = String(decoding: result?.standardOutputContent ?? [], as: UTF8.self)
  #expect(text == "")
}
