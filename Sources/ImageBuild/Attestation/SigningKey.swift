import BuildGraph
package import BuildSettings
import Caching
package import Platform
import Stamps
import TextKit

/// Whose signature `SHA256SUMS` of a published image gets: the variable SIGNING_KEY.
///
/// The private key is no input of any target. What tells keys apart is: the public key of OpenSSH, or the name of a key of
/// GnuPG, as the variable SIGNING_IDENTITY.
package enum SigningKey {
  /// A private key of OpenSSH, or the public one of a key that an agent has.
  case ssh(Path)
  /// The id, fingerprint or mail address of a key.
  case gnupg(String)

  static let variable = "SIGNING_KEY"
  static let identityVariable = "SIGNING_IDENTITY"
  /// What `ssh-keygen -Y verify` calls signatures of files.
  private static let namespace = "file"

  /// What a value with a slash is: a path, relative to the source tree. Nil for an empty one.
  init?(_ value: String, in source: Path) {
    if value.isEmpty { return nil }
    self = value.contains("/") ? .ssh((source / Path(value)).normalized) : .gnupg(value)
  }

  /// The name of the file with the signature, beside SHA256SUMS.
  var file: String { if case .ssh = self { "SHA256SUMS.sig" } else { "SHA256SUMS.asc" } }

  /// Where the public key is.
  private static func publicKey(of path: Path) -> Path {
    path.bytes.suffix(4).elementsEqual(".pub".utf8)
      ? path : path.parent / Path(bytes: path.lastComponent.bytes + Array(".pub".utf8))
  }

  /// What tells the key apart from others; empty if that is not known.
  func identity(_ recorder: ReadRecorder) -> String {
    switch self {
    case .gnupg(let name): return name
    case .ssh(let path):
      let file = Self.publicKey(of: path)
      guard recorder.exists(file), let bytes = try? recorder.content(of: file) else { return "" }
      return String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace).prefix(2)
        .joined(separator: " ")
    }
  }

  // MARK: Before a build

  /// Throws if the key lies in the source tree, where somebody may commit it.
  ///
  /// - Parameter origin: where the variable is set.
  func checkPlace(source: Path, origin: String) throws(UserError) {
    guard case .ssh(let path) = self else { return }
    try PrivateKey.check(path, of: Self.variable, source: source, origin: origin)
  }

  /// Signs something, so that a key that does not work is noticed before a build and not at its end.
  ///
  /// - Throws: `UserError` if it does not work, or if what tells it apart is not known.
  package static func check(_ settings: Settings) throws {
    let source = settings.locations.source
    guard let setting = settings.variables[variable], let key = SigningKey(setting.value, in: source) else {
      return
    }
    if case .ssh(let path) = key {
      if !File.exists(path) { throw UserError.noSigningKey(path, origin: setting.origin) }
      if key.identity(settings.recorder).isEmpty {
        throw UserError.noPublicKey(of: path, publicKey(of: path), origin: setting.origin)
      }
    }
    do {
      _ = try key.sign(Array("SHA256SUMS".utf8), for: .current)
    } catch let problem as UserError {
      throw UserError(
        "\(setting.origin): \(variable) is '\(setting.value)', with which nothing can be signed: \(problem): name a key "
          + "without a passphrase or one that an agent has, or leave \(variable) empty")
    }
  }

  /// The folder of GnuPG's keys, in which its agent has to write; nil if none is used.
  static func gnupgHome(_ settings: Settings) -> Path? {
    guard case .gnupg? = SigningKey(settings.variables[variable]?.value ?? "", in: settings.locations.source)
    else { return nil }
    return SigningCaller.current.gnupgHome
  }

  // MARK: Signing

  /// The signature of `bytes`.
  ///
  /// - Throws: `UserError` with what the program says.
  func sign(_ bytes: [UInt8], for caller: SigningCaller) throws -> [UInt8] {
    let scratch = try Directory.createTemporary(prefix: "/tmp/sysbuild-sign-")
    defer { try? Directory.removeTree(scratch) }
    switch self {
    case .ssh(let path):
      return try SSHSignature.sign(
        bytes, with: path, namespace: Self.namespace, in: scratch, agent: caller.agent)
    case .gnupg(let name):
      let (file, signature) = (scratch / "signed", scratch / "signed.asc")
      try File.write(bytes, to: file)
      // An agent that runs may know a passphrase. Else one runs as long as gpg does.
      let script = """
        set -- --homedir "$1" --batch --quiet --no-tty --pinentry-mode error --armor --local-user "$2" \
          --output "$3" --detach-sign "$4"
        home=$2
        has_agent() { gpg-connect-agent --homedir "$home" --no-autostart 'GETINFO pid' /bye 2>&1 | grep -q '^D '; }
        if has_agent; then
          gpg --no-autostart "$@" && exit
          ! has_agent || exit 2
        fi
        exec gpg-agent --homedir "$2" --quiet --daemon gpg "$@"
        """
      let words = ["\(caller.gnupgHome)", name, "\(signature)", "\(file)"]
      let (output, status) = try ProgramOutput.ofBothStreams(
        "/bin/sh", ["sh", "-c", script, "sh"] + words,
        environment: ["PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C.UTF-8"], directory: "/")
      guard status.isSuccess, let signature = try? File.read(signature) else {
        throw UserError(output.split(separator: 0x0A).map { printable($0) }.joined(separator: "; "))
      }
      return signature
    }
  }
}

/// Where the keys of the user are who has called sysbuild. A helper is told by variables, since the environment of commands is
/// always the same.
package struct SigningCaller {
  /// The socket of an agent for keys of OpenSSH.
  let agent: [UInt8]?
  /// The folder of GnuPG's keys.
  let gnupgHome: Path

  private static let prefix = "SYSBUILD_SIGNING_"

  package static var current: SigningCaller {
    let home = Environment.value("HOME").map { Path(bytes: $0) } ?? "/root"
    return SigningCaller(
      agent: Environment.value("SSH_AUTH_SOCK"),
      gnupgHome: Environment.value("GNUPGHOME").map { Path(bytes: $0) } ?? home / ".gnupg")
  }

  /// What tells a helper of this.
  package var variables: [(name: String, value: String)] {
    (agent.map { [(Self.prefix + "AGENT", String(decoding: $0, as: UTF8.self))] } ?? [])
      + [(Self.prefix + "GNUPGHOME", "\(gnupgHome)")]
  }

  /// Reads it in a helper, whose own commands do not get it.
  static func taken() -> SigningCaller {
    let (agent, home) = (Environment.take(prefix + "AGENT"), Environment.take(prefix + "GNUPGHOME"))
    return SigningCaller(agent: agent, gnupgHome: home.map { Path(bytes: $0) } ?? "/nonexistent")
  }
}

extension UserError {
  fileprivate static func noSigningKey(_ path: Path, origin: String) -> Self {
    Self(
      "\(origin): SIGNING_KEY is '\(path)', which is not there: name a private key of OpenSSH ('ssh-keygen -t ed25519' makes "
        + "one), or a key of GnuPG by its id")
  }

  fileprivate static func noPublicKey(of path: Path, _ file: Path, origin: String) -> Self {
    Self(
      "\(origin): SIGNING_KEY is '\(path)', and its public key is not in '\(file)': 'ssh-keygen -y -f KEY >KEY.pub' writes it"
    )
  }
}
