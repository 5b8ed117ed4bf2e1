import BuildGraph
import BuildSettings
import Execution
import ImageBuild
import Platform
import TextKit

extension Command {
  static let binhost = Command(
    "binhost", "DIR",
    summary: "put packages for devices there",
    details: [
      "'binhost DIR' has the binary packages of the sysroot and of the image, with an index. Devices that find it over a "
        + "network name its address in binrepos.conf(5)."
    ],
    words: .oneOf([]), options: [.sign, .wait], run: { try Binhost.run($0) })
}

extension Option {
  static let sign = Option(
    "--sign", takes: .init(placeholder: "KEY", noun: "a key", completion: .none),
    "sign each package with this key of GnuPG")
}

/// `sysbuild binhost DIR`: makes a folder a PKGDIR that devices can use, by Portage's own programs.
private enum Binhost {
  static func run(_ invocation: Invocation) throws -> Ending {
    guard invocation.words.count == 1 else {
      throw UserError("'binhost' needs one folder: sysbuild binhost DIR")
    }
    let session = try Session(invocation)
    let locations = session.settings.locations
    guard let world = session.graph.id(of: "world"), session.settings.variant != nil else {
      throw UserError("'binhost' needs the graph of an image: this source tree has one of its own")
    }
    return try BuildLock.hold(
      locations.build, for: "binhost", waits: invocation.has(.wait), warn: Program.complain
    ) { _ in
      let list = locations.build / "tmp/binhost"
      try Directory.create(list.parent, intermediates: true)
      let paths = try DevicePackages(locations).paths
      try File.write(Array(paths.map { $0 + "\n" }.joined().utf8), to: list)
      defer { try? File.remove(list, missingIsFine: true) }
      let folder = (try Directory.current() / invocation.words[0]).normalized
      let program = locations.source / Path(session.settings.variables["HOSTS"]?.value ?? "") / "binhost"
      let status = try ChildProcess(
        program: "/bin/sh",
        arguments: ["sh", "-c", "exec \"$1\" \"$2\" <\"$3\"", "sh", "\(program)", "\(folder)", "\(list)"]
          .map { Array($0.utf8) },
        environment: (environment(session, world)).map { Array("\($0.name)=\($0.value)".utf8) },
        directory: locations.source, output: 1, error: 2, isForeground: true
      ).reap()
      return .exit(status.isSuccess ? 0 : 2)
    }
  }

  /// That of the stage, with what signs packages.
  private static func environment(_ session: Session, _ stage: TargetID) -> [(name: String, value: String)] {
    let stage = session.graph.environment(of: stage)
    guard let key = session.invocation.value(of: .sign) else { return stage }
    func own(_ name: String) -> String? { Environment.value(name).map { String(decoding: $0, as: UTF8.self) } }
    let home = own("GNUPGHOME") ?? (own("HOME") ?? "/root") + "/.gnupg"
    let agent = ["GPG_TTY", "SSH_AUTH_SOCK"].compactMap { name in own(name).map { (name: name, value: $0) } }
    return stage + agent + [("BINPKG_GPG_SIGNING_KEY", key), ("BINPKG_GPG_SIGNING_GPG_HOME", home)]
  }
}
