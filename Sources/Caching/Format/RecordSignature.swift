package import Platform
import TextKit

/// Who signs the records of a cache, and whom builds believe: who may write to a cache is not who may be believed.
///
/// Signatures are those of `ssh-keygen -Y`, in the namespace `sysbuild-cache`.
package struct RecordSignature: Sendable {
  /// The key with which records are signed; nil for none. It may be a public key whose private part an agent has.
  let key: Path?
  /// The file with those who are believed, as ssh-keygen's ALLOWED SIGNERS describes it; nil if anybody is.
  let signers: Path?
  private static let namespace = "sysbuild-cache"

  package init(key: Path?, signers: Path?) {
    self.key = key
    self.signers = signers
  }

  /// The signature of a record; nil if none is wanted.
  func sign(_ record: [UInt8], in scratch: Path) throws -> [UInt8]? {
    guard let key else { return nil }
    let (file, signature) = (scratch / "signed", scratch / "signed.sig")
    defer { for file in [file, signature] { try? File.remove(file, missingIsFine: true) } }
    try File.remove(signature, missingIsFine: true)
    try File.write(record, to: file)
    let said = try Self.run(["ssh-keygen", "-Y", "sign", "-q", "-n", Self.namespace, "-f", "\(key)", "\(file)"])
    guard let signature = try? File.read(signature) else {
      throw UserError("a record cannot be signed with '\(key)': \(said.text)")
    }
    return signature
  }

  /// Throws unless somebody who is believed has signed the record.
  func check(_ record: [UInt8], _ signature: [UInt8]?, in scratch: Path) throws {
    guard let signers else { return }
    guard let signature else { throw UserError("a record of it is not signed") }
    let (file, other) = (scratch / "checked", scratch / "checked.sig")
    defer { for file in [file, other] { try? File.remove(file, missingIsFine: true) } }
    try File.write(record, to: file)
    try File.write(signature, to: other)
    let found = try Self.run(["ssh-keygen", "-Y", "find-principals", "-s", "\(other)", "-f", "\(signers)"])
    guard found.isSuccess, let signer = found.text.split(separator: "\n").first.map(String.init) else {
      throw UserError("a record of it is signed by nobody of '\(signers)'")
    }
    let script = "exec ssh-keygen -Y verify -n \(Self.namespace) -f \"$1\" -I \"$2\" -s \"$3\" <\"$4\""
    let checked = try Self.run(["sh", "-c", script, "sh", "\(signers)", signer, "\(other)", "\(file)"])
    if !checked.isSuccess { throw UserError("a record of it has a wrong signature: \(checked.text)") }
  }

  private static func run(_ words: [String]) throws -> (isSuccess: Bool, text: String) {
    let path = "/usr/local/bin:/usr/bin:/bin"
    guard let program = ProgramSearch.find(words[0], in: path, from: "/") else {
      throw UserError("\(words[0]) is not installed, which signatures of a cache need")
    }
    let agent =
      Environment.value("SSH_AUTH_SOCK").map { ["SSH_AUTH_SOCK=" + String(decoding: $0, as: UTF8.self)] } ?? []
    let (output, status) = try ProgramOutput.ofBothStreams(
      program, words, environment: ["PATH=\(path)", "LC_ALL=C.UTF-8"] + agent, directory: "/")
    return (
      status.isSuccess, String(decoding: output, as: UTF8.self).split(separator: "\n").joined(separator: "; ")
    )
  }
}
