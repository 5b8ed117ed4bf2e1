import BuildGraph
import BuildSettings
import Platform

/// Compilation by ccache and distcc: a compiler's earlier results, and compilers on other machines.
///
/// The toolchain's commands for CHOST call them where the environment names a folder or hosts. They change no result, so
/// nothing of them is in a recipe's digest but the names of variables.
enum SpreadCompilation {
  static let folder = "CCACHE"
  static let hosts = CompilerHosts.variable

  static let defaults = [
    Settings.Default(name: folder, value: "", origin: "default", isNeutral: true, form: .folderOrNone),
    Settings.Default(name: hosts, value: "", origin: "default", isNeutral: true),
  ]

  /// The environment of a command that compiles, as lines of `environment` in a targets file. Portage passes variables
  /// with these prefixes on to ebuilds. On each machine ccache tells compilers apart by what is in them.
  static let environment = [
    "CCACHE_DIR=${\(folder)}", "CCACHE_COMPILERCHECK=content", "DISTCC_HOSTS=${\(hosts)}",
    "MAKEOPTS=-j${\(jobs)}",
  ]

  /// The variable with what Portage must let builds do: connect to other machines.
  static let features = "${DISTCC_FEATURES}"

  private static let jobs = "MAKE_JOBS"

  /// Adds what follows from the hosts.
  static func derive(_ variables: inout Variables) throws(Interrupted) {
    let own = variables["JOBS"].flatMap { Int($0.value) } ?? 1
    let isSpread = !(variables[hosts]?.value ?? "").isEmpty
    let count = isSpread ? max(own, try jobsOfHosts(variables) ?? own) : own
    variables.set(jobs, "\(count)", origin: isSpread ? hosts : "JOBS", isNeutral: true)
    variables.set("DISTCC_FEATURES", isSpread ? "-network-sandbox" : "", origin: hosts, isNeutral: true)
  }

  /// How many compilers the hosts run at once; nil if distcc does not say.
  private static func jobsOfHosts(_ variables: Variables) throws(Interrupted) -> Int? {
    let path = variables["PATH"]?.value ?? ""
    guard let program = ProgramSearch.find("distcc", in: path) else { return nil }
    let text = try ProgramOutput.of(
      program, ["-j"], environment: ["PATH=\(path)", "DISTCC_HOSTS=\(variables[hosts]?.value ?? "")", "HOME=/"])
    return text.flatMap { Int($0.prefix { $0.isNumber }) }
  }
}
