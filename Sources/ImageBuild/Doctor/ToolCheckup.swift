package import BuildGraph
package import BuildSettings
import Platform
import Stamps

/// Checks that the programs that the recipes name exist and have a usable version.
package struct ToolCheckup {
  private let graph: Graph
  private let settings: Settings

  package init(_ graph: Graph, _ settings: Settings) {
    self.graph = graph
    self.settings = settings
  }

  package func findings() throws -> [Finding] {
    if settings.variant == nil { return programs() }
    return try programs()
      + [try portage(), try locale(), emulation(), try mounts(), owners()].compactMap(\.self)
      + spreadCompilation() + hosts().findings()
  }

  // MARK: Compilation elsewhere

  /// What is wrong with CCACHE, without asking anybody.
  package func spreadCompilation() -> [Finding] {
    guard !(settings.variables[SpreadCompilation.folder]?.value ?? "").isEmpty,
      ProgramSearch.find("ccache", in: settings.variables["PATH"]?.value ?? "") == nil
    else { return [] }
    return [.error("CCACHE is set, but there is no ccache on this machine", remedy: "install ccache")]
  }

  private func hosts() -> CompilerHosts {
    func value(_ name: String) -> String { settings.variables[name]?.value ?? "" }
    return CompilerHosts(
      hosts: value(SpreadCompilation.hosts), chost: value("CHOST"), searchPath: value("PATH"))
  }

  // MARK: Programs

  /// An error for each missing program, with the targets that run it.
  private func programs() -> [Finding] {
    var wanted: [Graph.ArtifactNode: [String]] = [:]
    for node in graph.nodes {
      for input in node.inputs where graph[input].artifact.kind == .tool {
        wanted[graph[input], default: []].append(node.name)
      }
    }
    let missing = wanted.filter { !isThere($0.key) }.sorted { $0.key.artifact.name < $1.key.artifact.name }
    let findings = missing.map { tool, targets in
      Finding.error(
        "the program '\(tool.artifact.name)', which \(targets.joined(separator: ", ")) "
          + "\(targets.count == 1 ? "runs" : "run"), is not on PATH",
        remedy: "install it; PATH is \(tool.searchPath ?? "")")
    }
    return findings + (missing.isEmpty ? [.ok("all programs that the targets run are there")] : [])
  }

  /// Whether the program exists. It also counts as present if PATH has a folder in O that does not exist yet, because a
  /// target may make the program there.
  private func isThere(_ tool: Graph.ArtifactNode) -> Bool {
    let path = tool.searchPath ?? ""
    if ProgramSearch.find(tool.artifact.name, in: path, from: graph.locations.source) != nil { return true }
    return path.split(separator: ":").map { Path($0) }.contains {
      $0.isInside(graph.locations.build) && !File.exists($0)
    }
  }

  // MARK: Portage

  /// 3.0.76 to 3.0.79 do not pass SYSROOT to ebuilds of EAPI 9.
  private static let oldestPortage = [3, 0, 80]

  private func portage() throws(Interrupted) -> Finding {
    let path = settings.variables["PATH"]?.value ?? ""
    guard let emerge = ProgramSearch.find("emerge", in: path, from: graph.locations.source) else {
      return .note("Portage is not there yet: the target host-tools brings it")
    }
    let text = try ProgramOutput.of(
      emerge, ["--version"], environment: ["PATH=\(path)", "EPREFIX=/", "LC_ALL=C.UTF-8"])
    guard let match = text?.firstMatch(of: /Portage (\d+)\.(\d+)\.(\d+)/) else {
      return .error(
        "'\(emerge) --version' does not say a version of Portage",
        remedy: "run it by hand; 'sysbuild -B host-tools' makes it anew")
    }
    let version = [match.1, match.2, match.3].map { Int($0) ?? 0 }
    let name = "Portage is \(match.1).\(match.2).\(match.3)"
    if version.lexicographicallyPrecedes(Self.oldestPortage) {
      return .error("\(name), which cannot build for another root", remedy: "use 3.0.80 or later")
    }
    return .ok(name)
  }

  /// Portage needs a UTF-8 locale from 3.0.82 on. sysbuild sets `C.UTF-8`.
  private func locale() throws(Interrupted) -> Finding {
    guard let program = ProgramSearch.find("locale", in: settings.variables["PATH"]?.value ?? ""),
      let text = try ProgramOutput.of(program, ["-a"], environment: [])
    else {
      return .warning("which locales there are cannot be found out", remedy: "install the program 'locale'")
    }
    if text.split(separator: "\n").contains(where: { ["C.UTF-8", "C.utf8"].contains($0) }) {
      return .ok("the locale C.UTF-8 is there")
    }
    return .error(
      "the locale C.UTF-8, which Portage needs, is missing",
      remedy: "add it to /etc/locale.gen and run locale-gen")
  }

  // MARK: A foreign CHOST

  /// Whether programs for CHOST run on this machine. The first part of CHOST is the name that uname(2) and binfmt_misc
  /// use for the architecture.
  private func emulation() -> Finding? {
    let chost = settings.variables["CHOST"]?.value ?? ""
    let wanted = chost.prefix { $0 != "-" }
    let machine = Machine.architecture
    if wanted.isEmpty || Self.family(wanted) == Self.family(machine[...]) { return nil }
    let entry = Path("/proc/sys/fs/binfmt_misc/qemu-\(wanted)")
    if let text = try? File.read(entry), text.starts(with: "enabled".utf8) {
      return .ok("programs for \(wanted) run here, by qemu-user")
    }
    return .warning(
      "programs for \(wanted) do not run on this \(machine) machine: an ebuild that runs what it has built fails",
      remedy: "install qemu-user with its binfmt entries (qemu-user-binfmt or qemu-user-static on Debian, "
        + "app-emulation/qemu[static-user] on Gentoo)")
  }

  /// The same value for all x86 architectures, because an x86-64 machine runs programs for each of them.
  private static func family(_ architecture: Substring) -> Substring {
    ["x86_64", "i386", "i486", "i586", "i686"].contains(architecture) ? "x86" : architecture
  }

  // MARK: Mounts

  /// Whether the mount namespace that `HostGuard` needs can be made, tried with unshare(1).
  private func mounts() throws(Interrupted) -> Finding? {
    guard let unshare = ProgramSearch.find("unshare", in: settings.variables["PATH"]?.value ?? "") else {
      return nil
    }
    let isRoot = Environment.user == 0
    let user = isRoot ? [] : ["--user", "--map-root-user"]
    if try ProgramOutput.of(unshare, user + ["--mount", "true"], environment: []) != nil {
      return .ok("the build gets mounts of its own\(isRoot ? "" : ", and is root there")")
    }
    return isRoot
      ? .warning(
        "the system gives no mounts of its own to the build: nothing keeps an ebuild from writing outside O",
        remedy: HostGuard.rootRemedy)
      : .error("this user cannot be root of a user namespace", remedy: HostGuard.remedy)
  }

  /// Whether files of the image can belong to others than root.
  private func owners() -> Finding? {
    if Environment.user == 0 || SubordinateIDs(user: Environment.user) != nil { return nil }
    return .warning(
      "this user can give files of an image to nobody but root", remedy: OtherOwners.remedy)
  }
}
