import Glibc
import Platform
import TextKit

/// Runs the program `dot` of Graphviz, which lays a graph out.
enum Graphviz {
  /// The drawing of `graph`, which is in the DOT language of Graphviz, as SVG.
  static func svg(of graph: String) throws -> [UInt8] {
    guard let program = ProgramSearch.find("dot", in: Environment.value("PATH") ?? []) else {
      throw UserError.noGraphviz
    }
    let input = try FileDescriptor.pipe()
    let output = try FileDescriptor.pipe()
    let process = try ChildProcess(
      program: program, arguments: ["dot", "-Tsvg", "/dev/fd/\(input.read.raw)"].map { Array($0.utf8) },
      environment: ["PATH", "HOME"].compactMap { name in
        Environment.value(name).map { Array("\(name)=".utf8) + $0 }
      }, output: output.write.raw, error: StandardStream.error.rawValue, inheriting: [input.read.raw])
    let drawing = try exchange(input, output, Array(graph.utf8))
    let status = try process.reap()
    guard status.isSuccess else { throw UserError.notDrawn(by: program, status) }
    return drawing
  }

  /// Writes everything, then reads everything. This cannot deadlock, because `dot` writes nothing before it has
  /// read the whole graph.
  private static func exchange(
    _ input: consuming Pipe, _ output: consuming Pipe, _ bytes: [UInt8]
  ) throws(SystemError) -> [UInt8] {
    try input.read.close()
    try output.write.close()
    do throws(SystemError) {
      try input.write.writeAll(bytes)
    } catch {
      // The program ended early; its exit status says why.
      if error.code != EPIPE { throw error }
    }
    try input.write.close()
    return try output.read.readAll()
  }
}
