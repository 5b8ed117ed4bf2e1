import ArtifactKinds
import BuildGraph
import BuildSettings
import Commands
import Platform
import Stamps

/// The parsers of the command line, the targets file and the texts in it.
extension ParserCheck {
  static let textChecks = [
    ParserCheck("command-line") { bytes in
      let words = bytes.split(separator: 0, omittingEmptySubsequences: false).map(Array.init)
      let invocation = try Invocation(words)
      try promise(invocation.jobs.map { $0 > 0 } ?? true, "jobs \(invocation.jobs ?? 0)")
    },
    ParserCheck("template") { bytes in
      let text = String(decoding: bytes, as: UTF8.self)
      if let template = try? Template(text) {
        let again = try promised("\(template)") { try Template("\(template)") }
        try promise(again == template, "'\(template)' is another template")
      }
      let command = try CommandTemplate(text)
      let again = try promised("\(command)") { try CommandTemplate("\(command)") }
      try promise(
        again.words == command.words && again.assignments == command.assignments,
        "'\(command)' is another command")
    },
    ParserCheck("targets-conf") { bytes in
      let file = try TargetsFile(bytes, name: "targets.conf")
      let targets = try file.applied(to: []).map(\.withoutPlace)
      var variables = Variables()
      for variable in file.variables + [Settings.Default(name: "O", value: "/src/out", origin: "here")] {
        variables.set(variable.name, variable.value, origin: variable.origin)
      }
      var builder = GraphBuilder(
        variables: variables,
        locations: Locations(source: "/src", build: "/src/out", images: "/src/out/images"),
        declarations: ArtifactKinds.declarations)
      _ = try builder.build(targets)
      // What a graph takes, `show` prints as it is.
      let text = targets.map(\.section).joined(separator: "\n")
      let again = try promised("show's text") {
        try TargetsFile(Array(text.utf8), name: "show").applied(to: []).map(\.withoutPlace)
      }
      try promise(again == targets, "show prints other targets:\n\(text)")
    },
    ParserCheck("variant-conf") { bytes in
      let file = try VariantFile(bytes, file: "variant.conf")
      let special = "\"\\$`".unicodeScalars
      let lines = file.variables.map { variable in
        let scalars = variable.value.unicodeScalars.map { special.contains($0) ? "\\\($0)" : "\($0)" }
        return "\(variable.name)=\"\(scalars.joined())\"\n"
      }
      let again = try promised("\(lines)") { try VariantFile(Array(lines.joined().utf8), file: "again") }
      try promise(
        again.variables.map(\.name) == file.variables.map(\.name)
          && again.variables.map(\.value) == file.variables.map(\.value), "other variables than in \(lines)")
    },
  ]
}

extension Target {
  fileprivate var withoutPlace: Target {
    var target = self
    target.place = nil
    target.runOrigin = .builtIn
    return target
  }
}
