import Platform
import PortageFiles
import TextKit

/// `helper join-configuration FOLDER…`: makes configuration roots of the same names in the variant and in those that it
/// builds on into one, a folder of links (`ConfigurationLayers`).
enum JoinConfiguration {
  static func run(_ arguments: [String]) throws {
    if arguments.isEmpty { throw UserError.helperUsage("join-configuration FOLDER…") }
    let source = try Directory.current()
    let layers = Environment.value(JoinedConfiguration.variable).map { String(decoding: $0, as: UTF8.self) }
    let reader = try SourceReader(sourceTree: source)
    for folder in arguments {
      let configuration = JoinedConfiguration.layers(Path(folder), in: source, layers)
      try configuration.links(reader)?.write(to: configuration.path) { file in
        guard let rest = file.relative(to: source) else { return file }
        return configuration.path.parent.parent / SourceLink.name / rest
      }
    }
  }
}
