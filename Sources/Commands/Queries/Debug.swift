import BuildGraph
import BuildSettings
import ImageBuild
import Platform
import PortageFiles
import TextKit

extension Command {
  static let debug = Command(
    "debug", "[PKG…]", summary: "have them built for gdb",
    details: [
      "package.env of the variant then gives the packages the file env/debug: flags for a debugger, and FEATURES that keep "
        + "debug files and sources in the binary packages. A package that has the USE flag 'debug' gets it. The difference is "
        + "shown and written when somebody has agreed; the next build makes the packages anew. With --stop they are built as "
        + "before, without PKG all of them. Without words it says which packages are debugged.",
      "What is in the image stays stripped. 'sysbuild run --gdb PROGRAM' stops in it, and for any other gdb, O/debug/gdbinit "
        + "says where debug files and sources are.",
    ],
    words: .oneOf([]), options: [.stop, .yes], run: { try Debug.run(Session($0)) })
}

extension Option {
  static let stop = Option("--stop", "have packages built as before")
}

/// `sysbuild debug PACKAGE…`: has the variant's configuration build packages for a debugger.
private enum Debug {
  static func run(_ session: Session) throws -> Ending {
    let invocation = session.invocation
    let settings = session.settings
    guard settings.variant != nil else { throw UserError.noImageGraph }
    let configuration = DebugConfiguration(settings)
    if invocation.words.isEmpty && !invocation.has(.stop) { return try list(configuration, settings) }
    let packages = try DebuggedPackage.find(invocation.words, settings)
    let edits: [DebugConfiguration.Edit]
    if invocation.has(.stop) {
      edits = try configuration.removing(invocation.words.isEmpty ? nil : packages.map(\.id.package))
    } else {
      try requirePrograms(settings)
      edits = try configuration.adding(packages)
    }
    if edits.isEmpty { return try Program.show("nothing changes\n") }
    let texts = edits.map { (name: $0.name, text: $0.text.map { Array($0.utf8) }) }
    guard try SourceEdits(texts, in: settings.locations.source).carryOut(invocation) else {
      return try Program.show("nothing was written\n")
    }
    return try Program.show("'\(invocation.commandLine(["image"]))' builds them so\n")
  }

  private static func list(_ configuration: DebugConfiguration, _ settings: Settings) throws -> Ending {
    let found = try DebugFiles(settings).update(settings)
    let rows = try configuration.debugged().map { line in
      [
        line.atom, found.contains { $0.package == line.atom } ? "in O/debug" : "not in the image yet",
        "\(line.place)",
      ]
    }
    if rows.isEmpty { return try Program.show("no package is debugged: 'sysbuild debug PKG' begins\n") }
    return try Program.show(Table(["package", "debug files", "because of"], rows).text)
  }

  /// Portage would only warn.
  private static func requirePrograms(_ settings: Settings) throws {
    let path = settings.variables["PATH"]?.value ?? ""
    for (name, atom) in [("debugedit", "dev-util/debugedit"), ("rsync", "net-misc/rsync")]
    where ProgramSearch.find(name, in: path, from: settings.locations.source) == nil {
      throw UserError(
        "Portage needs '\(name)' to keep sources for a debugger: add \(atom) to sets/\(settings.variant ?? "")/"
          + "host-tools.packages and have host-tools made")
    }
  }
}
