import BuildGraph
import BuildSettings
import ImageBuild
import Platform
import TextKit

extension Command {
  static let menuconfig = Command(
    "menuconfig", summary: "choose the kernel's options",
    details: [
      "The kernel's own menus begin with the options of kernel.config. What was chosen is then written to the kernel.config "
        + "of the variant: the fewest lines that give the same kernel, after the difference was shown and somebody has "
        + "agreed. With --yes nobody is asked."
    ],
    words: .none, options: [.yes, .wait], run: { try Menuconfig.run(Session($0)) })
}

extension Option {
  static let yes = Option("--yes", letter: "y", "do not ask before something is written to the source tree")
}

/// `sysbuild menuconfig`: has a person choose the options of the kernel, and writes them to kernel.config.
private enum Menuconfig {
  static func run(_ session: Session) throws -> Ending {
    let settings = session.settings
    let locations = settings.locations
    guard let variant = settings.variant else { throw UserError.noImageGraph }
    let kernel = locations.build / "kernel/source"
    guard File.exists(kernel / "Makefile") else {
      throw UserError("there is no kernel yet: run '\(session.invocation.commandLine(["kernel"]))' first")
    }
    let name = "profiles/\(variant)/kernel.config"
    let file = locations.source / Path(name)
    let lower = VariantFolders(settings).existing("kernel.config").filter { $0 != name }
    let scratch = try Directory.createTemporary(prefix: "/tmp/sysbuild-menuconfig-")
    defer { try? Directory.removeTree(scratch) }
    let result = scratch / "kernel.config"
    let program = locations.source / Path(settings.variables["HOSTS"]?.value ?? "") / "menuconfig"
    // The menus are started as the kernel's own commands are, and can write nowhere else.
    let status = try OwnCommand.run(
      ["shell", "kernel", "--", "\(program)", "\(kernel)", "\(result)"]
        + (lower + [name]).map { "\(locations.source / Path($0))" }, session)
    guard status.isSuccess else { return .exit(status.shellStatus) }
    let text = try File.read(result)
    let old = File.exists(file) ? try File.read(file) : []
    guard text != old, try SourceEdits([(name, text)], in: locations.source).carryOut(session.invocation) else {
      return try Program.show("\(name) stays as it is\n")
    }
    return .exit(0)
  }
}
