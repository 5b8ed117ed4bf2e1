import TestSupport
import Testing

@testable import PortageFiles
@testable import TextKit

/// Which of two versions is newer, as Portage's own code says.
extension AgreementTests {
  @Test("Portage orders versions in the same way")
  func versions() throws {
    var random = SeededGenerator(for: #function)
    let parts = ["0", "1", "01", "010", "10", "2", "9", "20251220", "00", "100000000000000000000"]
    func version() -> String {
      var text = (0...Int.random(in: 0...2, using: &random)).map { _ in
        parts.randomElement(using: &random) ?? ""
      }
      .joined(separator: ".")
      text += ["", "", "", "a", "b"].randomElement(using: &random) ?? ""
      for _ in 0..<Int.random(in: 0...2, using: &random) {
        let suffix = ["alpha", "beta", "pre", "rc", "p"].randomElement(using: &random) ?? ""
        text += "_\(suffix)" + (["", "0", "1", "02"].randomElement(using: &random) ?? "")
      }
      return text + (["", "", "-r0", "-r1", "-r10", "-r02"].randomElement(using: &random) ?? "")
    }
    let listed = [
      ("1.0", "1"), ("1.0", "1.00"), ("1.10", "1.9"), ("1.01", "1.1"), ("1.010", "1.01"), ("1_p", "1_p0"),
      ("1_rc1", "1"), ("1_p1", "1"), ("1a", "1"), ("1a", "1.0"), ("1-r0", "1"), ("1_p1_rc", "1_p1"), ("x", "1"),
      ("1", "1_q"), ("9999", "20251220"),
    ]
    let pairs = listed + (0..<2000).map { _ in (version(), version()) }
    let answers = try Self.oracle.get().answer(versions: pairs).elements
    #expect(answers.count == pairs.count)
    for (pair, answer) in zip(pairs, answers) {
      let expected = answer.integer.map { $0 == 0 ? VersionOrder.same : $0 < 0 ? .older : .newer }
      #expect(VersionOrder.compare(pair.0, pair.1) == expected, "\(pair)")
    }
  }
}
