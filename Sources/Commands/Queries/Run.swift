import BuildGraph
import BuildSettings
import Platform
import TextKit

extension Command {
  static let run = Command(
    "run", "[-- OPTIONS]", summary: "boot what was published, in QEMU; --check",
    details: [
      "The disk of the guest is the published image, and what the guest writes is gone when it ends. Its console is the "
        + "terminal: Ctrl-A X ends it. It has a network, and port 22 of it is one of this machine: "
        + "'ssh -F O/run/ssh_config guest', where it has an SSH server that takes the key which QEMU hands it as the "
        + "credential ssh.authorized_keys.root of systemd.",
      "The exit status is the number that the guest writes to its virtio port 'org.sysbuild.status', 0 if it writes none, "
        + "2 if it panics. With --check the kernel's command line has 'sysbuild.check', and a guest that writes no number "
        + "has failed.",
      "QEMU is started for a machine that suits CHOST, or as the variable QEMU says. The words behind '--' are further "
        + "options of QEMU. The variable KERNEL_CMDLINE is added to the kernel's command line.",
    ],
    words: .optionsOfAnother, options: [.selfTest], run: { try Run.run($0) })
}

extension Option {
  static let selfTest = Option("--check", "have the guest test itself")
}

/// `sysbuild run`: boots the published image by the script `run` of the host backends.
private enum Run {
  static func run(_ invocation: Invocation) throws -> Ending {
    let settings = try Session(invocation).settings
    guard settings.variant != nil else { throw UserError.noImageGraph }
    let folder = settings.locations.build / "run"
    let program = settings.locations.source / Path(settings.variables["HOSTS"]?.value ?? "") / "run"
    let arguments =
      [program.description, folder.description] + (invocation.has(.selfTest) ? ["--check"] : [])
      + invocation.words
    let own = ["CHOST", "QEMU", "KERNEL_CMDLINE"].map { ($0, settings.variables[$0]?.value ?? "") }
    let inherited = ["PATH", "HOME", "TERM", "DISPLAY", "XAUTHORITY"].compactMap { name in
      Environment.value(name).map { (name, String(decoding: $0, as: UTF8.self)) }
    }
    // QEMU ends with this process, whatever ends it.
    return .exit(
      try SupervisedProcess(
        program: program, arguments: arguments.map { Array($0.utf8) },
        environment: (inherited + own + [("IMAGESDIR", "\(settings.locations.images)")])
          .map { Array("\($0.0)=\($0.1)".utf8) },
        directory: settings.locations.source, output: 1, error: 2, isForeground: true
      ).reap().shellStatus)
  }
}
