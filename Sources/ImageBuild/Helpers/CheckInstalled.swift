import EmergeOutput
import Platform
import PortageFiles
import TextKit

/// `helper check-installed`: warns about each package in ROOT that has no usable ebuild any more. Such a package stays
/// installed, and emerge says little or nothing about it, but a build of the root from nothing would fail.
enum CheckInstalled {
  static func run(_ arguments: [String]) throws {
    guard arguments.isEmpty else { throw UserError.helperUsage("check-installed") }
    let stage = try EmergeStage()
    var atoms = try PackageBuild.installed(in: stage.root).map { "\($0.package):\($0.slot)" }.sorted()
    // emerge names only one package each time.
    while !atoms.isEmpty {
      var output: [UInt8] = []
      let status = try EmergeRun.run(
        try stage.find("emerge"),
        ["--pretend", "--nodeps", "--oneshot", "--usepkg=n", "--autounmask=n"] + atoms
      ) { bytes in output += bytes }
      if status.isSuccess { return }
      guard let atom = atoms.first(where: { Self.isMissing($0, output) }) else { return }
      atoms.removeAll { $0 == atom }
      let reason = Diagnosis(emergeOutput: output)?.headline ?? "its ebuild cannot be used"
      let message = EmergeMessage.warning(
        "\(atom) is installed, but could not be built again: \(reason); put that right, or take it from the sets"
      )
      try StandardStream.output.write(message.line + "\n")
    }
  }

  /// `… that could satisfy "ATOM" for …`, `there are no ebuilds to satisfy "ATOM" …`.
  private static func isMissing(_ atom: String, _ output: [UInt8]) -> Bool {
    String(decoding: output, as: UTF8.self).contains("satisfy \"\(atom)\"")
  }
}
