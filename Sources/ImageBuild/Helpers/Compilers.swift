import EmergeOutput
import Platform
import TextKit

/// `helper compilers CHOST`: fails if a machine of DISTCC_HOSTS has another compiler than this one. For recipes that compile
/// without emerge.
enum Compilers {
  static func run(_ arguments: [String]) throws {
    guard arguments.count == 1 else { throw UserError.helperUsage("compilers CHOST") }
    func value(_ name: String) -> String {
      Environment.value(name).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
    try CompilerHosts(
      hosts: value(CompilerHosts.variable), chost: arguments[0], searchPath: value("PATH")
    ).check { text in
      try StandardStream.output.write(EmergeMessage.warning(text).line + "\n")
    }
  }
}
