import BuildGraph
import BuildSettings
import Platform
import TextKit

/// A question that a program of the host backends answers with Portage: both are JSON.
struct PortageQuestion {
  /// The name of the program, a file of HOSTS.
  let program: String
  let request: JSON
  /// The root that Portage looks at, a folder of O; an empty one if it is not there yet.
  let root: Path

  /// - Parameters:
  ///   - environment: that of a target that runs emerge.
  /// - Throws: `UserError` if Portage is not there yet, or if the program fails.
  func answer(_ settings: Settings, _ environment: [String: String]) throws -> JSON {
    try QuestionRoom.open(settings) { try answer(in: $0, settings, environment) }
  }

  /// The same in a room that is open.
  func answer(in room: QuestionRoom, _ settings: Settings, _ environment: [String: String]) throws -> JSON {
    var environment = room.environment(environment)
    guard room.hasPortage(environment) else { throw UserError.noPortage }
    let place = settings.locations.build / root
    // Portage would make it.
    environment["ROOT"] = "\(File.exists(place) ? place : room.scratch / "root")"
    environment["PORTAGE_CONFIGROOT"] =
      "\(try room.configuration(at: Path(environment["PORTAGE_CONFIGROOT"] ?? ""), environment))"
    let (question, answer) = (room.scratch / "request.json", room.scratch / "answer.json")
    try File.write(Array(request.line.utf8), to: question)
    let file = room.source / Path(settings.variables["HOSTS"]?.value ?? "") / Path(program)
    guard File.exists(file) else { throw UserError.noProgram(file) }
    let (output, status) = try room.run(
      ["portage-python", "\(file)", "\(question)", "\(answer)"], environment)
    guard status.isSuccess, let json = JSONReader.value(of: try File.read(answer)) else {
      throw UserError.questionFailed(program, status, output)
    }
    return json
  }
}

/// The messages about questions to Portage.
extension UserError {
  static let noPortage = Self("Portage is not there yet: run 'sysbuild host-tools' first")

  static func noProgram(_ file: Path) -> Self {
    Self("there is no '\(file)': HOSTS must be the folder that came with this sysbuild")
  }

  static func questionFailed(_ program: String, _ status: ExitStatus, _ output: [UInt8]) -> Self {
    Self("Portage gives no answer: '\(program)' ended with \(status):\n\(printableLines(output))")
  }

  private static func printableLines(_ output: [UInt8]) -> String {
    output.split(separator: 0x0A).suffix(10).map { printable($0) }.joined(separator: "\n")
  }
}
