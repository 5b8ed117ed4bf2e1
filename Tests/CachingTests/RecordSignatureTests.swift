import Platform
import TestSupport
import Testing
import TextKit

@testable import Caching

/// Signatures by the real ssh-keygen.
@Suite struct RecordSignatureTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    for name in ["ci", "other"] {
      let (output, status) = try ProgramOutput.ofBothStreams(
        "/usr/bin/ssh-keygen",
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "\(folder.path / Path(name))"],
        environment: [], directory: "/")
      try #require(status.isSuccess, "\(String(decoding: output, as: UTF8.self))")
    }
    let key = String(decoding: try File.read(folder.path / "ci.pub"), as: UTF8.self)
    try folder.write("ci \(key)", to: "signers")
  }

  private func signature(by key: String?, signers: String? = "signers") -> RecordSignature {
    RecordSignature(key: key.map { folder.path / Path($0) }, signers: signers.map { folder.path / Path($0) })
  }

  @Test("what somebody who is believed has signed is taken, and nothing else")
  func believed() throws {
    let record = Array("sysbuild record 1\n".utf8)
    let good = try signature(by: "ci").sign(record, in: folder.path)
    let foreign = try signature(by: "other").sign(record, in: folder.path)
    try signature(by: nil).check(record, good, in: folder.path)
    #expect(try signature(by: nil).sign(record, in: folder.path) == nil)
    let wrong: [(String, [UInt8], [UInt8]?)] = [
      ("unsigned", record, nil), ("signed by another", record, foreign),
      ("another record", record + [0x78], good),
      ("no signature", record, Array("x".utf8)), ("cut short", record, good.map { Array($0.dropLast(40)) }),
    ]
    for (what, record, signature) in wrong {
      #expect(throws: UserError.self, "\(what)") {
        try self.signature(by: nil).check(record, signature, in: folder.path)
      }
    }
    // Where nobody is named, anybody is believed.
    try signature(by: nil, signers: nil).check(record, nil, in: folder.path)
    #expect(throws: UserError.self) { try signature(by: "missing").sign(record, in: folder.path) }
    #expect(throws: UserError.self) {
      try signature(by: nil, signers: "missing").check(record, good, in: folder.path)
    }
  }
}
