import Platform
import TextKit

/// `helper attributes ROOT [PSEUDO-FILES…]`: gives files of a root the owners, modes and attributes that these files of the
/// source tree say, and writes which of all its files have unusual ones (`RootAttributes`).
enum SetAttributes {
  static func run(_ arguments: [String]) throws {
    guard let root = arguments.first else { throw UserError.helperUsage("attributes ROOT [PSEUDO-FILES…]") }
    var attributes = RootAttributes(root: Path(root))
    for name in arguments.dropFirst() {
      for file in try PseudoFile.parse(File.read(Path(name)), name: name) { try attributes.apply(file) }
    }
    try attributes.write()
  }
}
