import BuildGraph
import BuildSettings
import Execution
import ImageBuild
import Platform
import PortageFiles
import TextKit

extension Command {
  static let deploy = Command(
    "deploy", "HOST PKG…", summary: "put them on a running device until it boots again",
    details: [
      "Builds the root file system of the image, and then has ssh(1) lay the files of the packages over those of the device "
        + "with overlayfs, also where its root file system is read-only. A package that is not in the image is taken from "
        + "the sysroot. HOST is what ssh takes, as root@board or ssh://root@board:2222, or 'guest' for the guest of "
        + "'sysbuild run'.",
      "The device must have the libraries with which the packages are linked, byte by byte; otherwise it has another image, "
        + "and nothing is done without --force. 'deploy --undo HOST' takes everything away again. Programs that run go on "
        + "as they are, and what is in /var stays.",
    ],
    words: .oneOf(["guest"]), options: [.force, .undo, .wait],
    check: { invocation throws(UserError) in
      guard invocation.words.count > (invocation.has(.undo) ? 0 : 1) else {
        throw UserError("'deploy' needs a device and a package: sysbuild deploy root@board app-misc/hello")
      }
      if invocation.has(.undo), invocation.words.count > 1 {
        throw UserError("'deploy --undo' takes away all packages: leave out '\(invocation.words[1])'")
      }
    },
    run: { try Deploy.run($0) })
}

extension Option {
  static let undo = Option("--undo", "take deployed packages away")
  static let force = Option("--force", "do it on a device with another image, too")
}

/// `sysbuild deploy HOST PACKAGE…`: builds packages, and lays them over what a device has.
private enum Deploy {
  static func run(_ invocation: Invocation) throws -> Ending {
    let session = try Session(invocation)
    guard session.settings.variant != nil else { throw UserError.noImageGraph }
    let host = invocation.words[0]
    if invocation.has(.undo) { return .exit(try start([host, "--undo"], [], session).shellStatus) }
    let built = try build(session)
    if !built.isSuccess { return .exit(built.shellStatus) }
    let build = session.settings.locations.build
    return try BuildLock.hold(build, for: "deploy", waits: invocation.has(.wait), warn: Program.complain) { _ in
      let deployed = try DeployedPackages(
        Array(invocation.words.dropFirst()), in: ["rootfs", "sysroot"].map { build / $0 })
      let folder = build / "tmp/deploy"
      try Directory.create(folder, intermediates: true)
      defer { try? Directory.removeTree(folder) }
      for (name, paths) in [("files", deployed.files), ("libraries", deployed.libraries)] {
        try File.write(paths.flatMap { $0.bytes + [UInt8(ascii: "\n")] }, to: folder / Path(name))
      }
      let status = try start(
        [host, "\(folder)/files", "\(folder)/libraries"],
        [
          ("ROOT", "\(deployed.root)"), ("MACHINE", machine(session)),
          ("FORCE", invocation.has(.force) ? "1" : ""),
        ], session)
      if status.isSuccess {
        let names = deployed.packages.map { "\($0)" }.joined(separator: ", ")
        try StandardStream.output.write("\(host) has \(names) until it boots again\n")
      }
      return .exit(status.shellStatus)
    }
  }

  /// What `uname -m` says on a machine for CHOST; empty where it cannot be told from it.
  private static func machine(_ session: Session) -> String {
    let name = session.settings.variables["CHOST"]?.value.prefix { $0 != "-" } ?? ""
    return ["x86_64", "aarch64", "riscv64"].contains(name) ? String(name) : ""
  }

  private static func build(_ session: Session) throws -> ExitStatus {
    let options = ["-j\(session.invocation.jobCount)"] + (session.invocation.has(.wait) ? ["--wait"] : [])
    return try OwnCommand.run(options + ["rootfs"], session, output: 2)
  }

  private static func start(
    _ arguments: [String], _ variables: [(String, String)], _ session: Session
  ) throws -> ExitStatus {
    let locations = session.settings.locations
    let program = locations.source / Path(session.settings.variables["HOSTS"]?.value ?? "") / "deploy"
    let guest = arguments[0] == "guest" ? ["SSH_CONFIG=\(locations.build)/run/ssh_config"] : []
    // In the user namespace of its own this process is root, and ssh would look for root's keys.
    let caller =
      !Environment.isRoot || Environment.user == 0
      ? [] : ["CALLER=\(Environment.user) \(Environment.group)"]
    return try ChildProcess(
      program: program, arguments: (["deploy"] + arguments).map { Array($0.utf8) },
      environment: Environment.variables
        + (variables.map { "\($0.0)=\($0.1)" } + guest + caller).map { Array($0.utf8) },
      directory: locations.source, output: 1, error: 2, isForeground: true
    ).reap()
  }
}
