package import Platform
import TextKit

/// Signatures by keys of OpenSSH, as `ssh-keygen -Y` makes and checks them.
package enum SSHSignature {
  /// - Parameters:
  ///   - key: a private key, or the public one of a key that an agent has.
  ///   - namespace: what the signature is for.
  ///   - scratch: a folder for temporary files.
  ///   - agent: its socket; nil for none.
  /// - Throws: `UserError` with what ssh-keygen says. It asks for no passphrase.
  package static func sign(
    _ bytes: [UInt8], with key: Path, namespace: String, in scratch: Path, agent: [UInt8]?
  ) throws -> [UInt8] {
    let (file, signature) = (scratch / "signed", scratch / "signed.sig")
    defer { for file in [file, signature] { try? File.remove(file, missingIsFine: true) } }
    try File.remove(signature, missingIsFine: true)
    try File.write(bytes, to: file)
    let said = try run(
      ["ssh-keygen", "-Y", "sign", "-q", "-n", namespace, "-f", "\(key)", "\(file)"], agent: agent)
    guard said.isSuccess, let signature = try? File.read(signature) else { throw UserError(said.text) }
    return signature
  }

  /// Runs a program of the system; its text has both of its streams on one line.
  static func run(_ words: [String], agent: [UInt8]? = nil) throws -> (isSuccess: Bool, text: String) {
    let path = "/usr/local/bin:/usr/bin:/bin"
    guard let program = ProgramSearch.find(words[0], in: path, from: "/") else {
      throw UserError("\(words[0]) is not installed, which signatures need")
    }
    let variables = ["PATH=\(path)", "LC_ALL=C.UTF-8", "SSH_ASKPASS=/bin/false", "SSH_ASKPASS_REQUIRE=force"]
    let (output, status) = try ProgramOutput.ofBothStreams(
      program, words,
      environment: variables + (agent.map { ["SSH_AUTH_SOCK=" + String(decoding: $0, as: UTF8.self)] } ?? []),
      directory: "/")
    return (
      status.isSuccess, String(decoding: output, as: UTF8.self).split(separator: "\n").joined(separator: "; ")
    )
  }
}
