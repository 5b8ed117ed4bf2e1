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
    do {
      return try SSHSignature.sign(
        record, with: key, namespace: Self.namespace, in: scratch, agent: Environment.value("SSH_AUTH_SOCK"))
    } catch let problem as UserError {
      throw UserError("a record cannot be signed with '\(key)': \(problem)")
    }
  }

  /// Throws unless somebody who is believed has signed the record.
  func check(_ record: [UInt8], _ signature: [UInt8]?, in scratch: Path) throws {
    guard let signers else { return }
    guard let signature else { throw UserError("a record of it is not signed") }
    let (file, other) = (scratch / "checked", scratch / "checked.sig")
    defer { for file in [file, other] { try? File.remove(file, missingIsFine: true) } }
    try File.write(record, to: file)
    try File.write(signature, to: other)
    let found = try SSHSignature.run([
      "ssh-keygen", "-Y", "find-principals", "-s", "\(other)", "-f", "\(signers)",
    ])
    guard found.isSuccess, let signer = found.text.split(separator: "\n").first.map(String.init) else {
      throw UserError("a record of it is signed by nobody of '\(signers)'")
    }
    let script = "exec ssh-keygen -Y verify -n \(Self.namespace) -f \"$1\" -I \"$2\" -s \"$3\" <\"$4\""
    let checked = try SSHSignature.run(["sh", "-c", script, "sh", "\(signers)", signer, "\(other)", "\(file)"])
    if !checked.isSuccess { throw UserError("a record of it has a wrong signature: \(checked.text)") }
  }
}
