import BuildGraph
import BuildSettings
import ImageBuild
import Platform
import TextKit

extension Command {
  static let run = Command(
    "run", "[-- OPTIONS]", summary: "boot what was published, in QEMU",
    details: [
      "The disk of the guest is the published image, and what the guest writes is gone when it ends. Its console is the "
        + "terminal: Ctrl-A X ends it. It has a network, and port 22 of it is one of this machine: "
        + "'ssh -F O/run/ssh_config guest', where it has an SSH server that takes the key which QEMU hands it as the "
        + "credential ssh.authorized_keys.root of systemd.",
      "The exit status is the number that the guest writes to its virtio port 'org.sysbuild.status', 0 if it writes none, "
        + "2 if it panics. With --check the kernel's command line has 'sysbuild.check', and a guest that writes no number "
        + "has failed.",
      "With --gdb the terminal is that of gdb, which stops where PROGRAM comes to PLACE: a line, a function, FILE:LINE, or "
        + "'main' if none is given. The console of the guest is the file O/run/console. 'sysbuild debug' has the package of "
        + "the program built for it.",
      "QEMU is started for a machine that suits CHOST, or as the variable QEMU says. The words behind '--' are further "
        + "options of QEMU. The variable KERNEL_CMDLINE is added to the kernel's command line.",
    ],
    words: .optionsOfAnother, options: [.selfTest, .gdb], run: { try Run.run($0) })
}

extension Option {
  static let selfTest = Option("--check", "have the guest test itself")
  static let gdb = Option(
    "--gdb", takes: .init(placeholder: "PROGRAM[:PLACE]", noun: "a program of the image", completion: .none),
    "have gdb stop where a program is at PLACE")
}

/// `sysbuild run`: boots the published image by the script `run` of the host backends.
private enum Run {
  static func run(_ invocation: Invocation) throws -> Ending {
    let session = try Session(invocation)
    let settings = session.settings
    guard settings.variant != nil else { throw UserError.noImageGraph }
    let folder = settings.locations.build / "run"
    let program = settings.locations.source / Path(settings.variables["HOSTS"]?.value ?? "") / "run"
    let arguments =
      [program.description, folder.description] + (invocation.has(.selfTest) ? ["--check"] : [])
      + invocation.words
    let debugged = try invocation.value(of: .gdb).map { try DebuggedProgram($0, settings) }
    if debugged != nil, try OwnCommand.run(["-q", "image"], session, output: 2).shellStatus == 1 {
      Program.complain(
        "the image is not up to date: gdb knows what is built, and the guest may have other programs")
    }
    let own =
      ["CHOST", "QEMU", "FIRMWARE", "KERNEL_CMDLINE"].map { ($0, settings.variables[$0]?.value ?? "") }
      + (debugged?.environment ?? [])
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
