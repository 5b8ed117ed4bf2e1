import BuildGraph
import BuildSettings
import Execution
import ImageBuild
import Platform
import Stamps
import TextKit

extension Command {
  static let shell = Command(
    "shell", "TARGET [-- CMD]",
    summary: "a shell, or CMD, in the place of its commands",
    details: [
      "Nothing but /tmp can be written, unless --writable is given: then O can, as for the target's own commands, and the "
        + "target is made again by the next build. The exit status is that of the command.",
      "'sysbuild emerge', 'ebuild', 'equery', 'portageq', 'qlist' and 'qsize' with any arguments are such commands for "
        + "the target world: Portage's tools for the sysroot.",
    ],
    words: .targetAndCommand, options: [.writable, .wait],
    run: { invocation in
      guard let target = invocation.words.first else { throw UserError.needsTarget("shell") }
      return try Shell.run(invocation, target, Array(invocation.words.dropFirst()))
    })

  static let emerge = portageTool("emerge")
  static let ebuild = portageTool("ebuild")
  static let equery = portageTool("equery")
  static let portageq = portageTool("portageq")
  static let qlist = portageTool("qlist")
  static let qsize = portageTool("qsize")

  private static func portageTool(_ name: String) -> Command {
    Command(
      name, "[ARGUMENT…]", summary: "the tool of Portage, for the sysroot", words: .everything, isHidden: true,
      run: { try Shell.run($0, "world", [name] + $0.words) })
  }
}

extension Option {
  static let writable = Option("--writable", "O can be written; the target is made again afterwards")
}

/// `sysbuild shell TARGET [-- COMMAND…]`: starts a shell or a command where and how the target's own commands are started.
private enum Shell {
  static func run(_ invocation: Invocation, _ target: String, _ command: [String]) throws -> Ending {
    let session = try Session(invocation)
    guard session.settings.variant != nil else { throw UserError.noImageGraph }
    let id = try session.target(target)
    let build = session.settings.locations.build
    guard File.exists(build / "tmp") else {
      throw UserError("nothing is built in '\(build)' yet: run '\(invocation.commandLine([target]))' first")
    }
    if !invocation.has(.writable) { return try look(session, id, command) }
    return try BuildLock.hold(build, for: "shell", waits: invocation.has(.wait), warn: Program.complain) {
      lock in
      // Before anything can be changed, so that a shell that is killed has changed it, too.
      let session = session.under(lock)
      let name = session.graph[id].name
      try session.state.write(
        Stamp(
          target: name, state: .failed("somebody worked in it: sysbuild shell --writable \(name)"),
          success: session.state.success(of: id)), of: id)
      Program.complain("the next build makes \(name) again")
      let seen = try HostGuard.enter(session.settings, warn: Program.complain)
      // A Ctrl-C is the command's.
      return try Signals.deferringEnds { try start(session, id, command, isBuildFolderShown: seen) }
    }
  }

  private static func look(_ session: Session, _ id: TargetID, _ command: [String]) throws -> Ending {
    try Signals.deferringEnds {
      let scratch = try Directory.createTemporary(prefix: "/tmp/sysbuild-shell-")
      defer {
        MountNamespace.unmount(scratch)
        try? Directory.removeTree(scratch)
      }
      let seen = try HostGuard.enterToLook(session.settings, scratch: scratch)
      return try start(session, id, command, isBuildFolderShown: seen)
    }
  }

  private static func start(
    _ session: Session, _ id: TargetID, _ command: [String], isBuildFolderShown: Bool
  ) throws -> Ending {
    let variables =
      isBuildFolderShown ? try session.settings.variables(findingBuildAt: HostGuard.buildFolder) : nil
    let node = session.graph[id]
    try session.state.look(at: node.inputs)
    var environment =
      session.graph.environment(of: id, variables: variables) + session.state.passedThrough(node)
    for name in ["TERM", "COLUMNS", "LINES"] {
      if let value = Environment.value(name) {
        environment.append((name, String(decoding: value, as: UTF8.self)))
      }
    }
    let prompt = "(\(session.settings.variant ?? "") \(node.name)) \\W \\$ "
    environment += [("PS1", prompt), ("HISTFILE", "/dev/null")]
    let words = command.isEmpty ? ["bash", "--norc", "--noprofile"] : command
    let path = environment.last { $0.name == "PATH" }?.value ?? ""
    guard let program = ProgramSearch.find(words[0], in: path, from: session.settings.locations.source) else {
      throw UserError("'\(words[0])' is not on the PATH of \(node.name), which is \(path)")
    }
    let values = Dictionary(environment.map { ($0.name, $0.value) }) { $1 }
    let status = try ChildProcess(
      program: program, arguments: words.map { Array($0.utf8) },
      environment: values.map { Array("\($0.key)=\($0.value)".utf8) },
      directory: session.settings.locations.source, output: 1, error: 2, isForeground: true
    ).reap()
    return .exit(status.shellStatus)
  }
}
