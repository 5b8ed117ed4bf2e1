import TestSupport
import Testing

/// Runs a test with exit tests in it on threads of its own.
struct ExitTestTrait: TestTrait, TestScoping {
  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    try await onThreadsOfItsOwn(function)
  }
}

extension Trait where Self == ExitTestTrait {
  static var exitTest: Self { ExitTestTrait() }
}
