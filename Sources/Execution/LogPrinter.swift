import Glibc
package import Platform
import TextKit

/// Prints a log piece by piece, since it may be larger than the memory, and may still be written. It knows nothing of
/// what the lines mean. A terminal gets no control characters except colours; anything else gets the bytes as they are.
package enum LogPrinter {
  /// How often it looks whether the file has grown, in milliseconds.
  private static let pace = 200

  /// - Parameter isFollowing: whether to go on until the run ends that the log is about.
  package static func print(_ path: Path, isFollowing: Bool) throws(SystemError) {
    let file = try FileDescriptor.open(path, O_RDONLY | O_NOCTTY, action: "cannot read")
    var filter = StandardStream.output.isTerminal ? TerminalFilter() : nil
    while true {
      // Asked first: what was written before the end is then read after it.
      let goesOn = isFollowing ? try file.isHeldElsewhere() : false
      while case let block = try read(file, path), !block.isEmpty {
        if try !StandardStream.output.write(filter?.filter(block) ?? block) { return }
      }
      if !goesOn { break }
      // A reader that went away ends it, though nothing may be written for hours.
      let closed = try Poll.wait(for: [Poll.Descriptor(StandardStream.output.rawValue, [])], timeout: pace)
      if closed.contains(where: { !$0.events.isDisjoint(with: [.error, .hangUp]) }) { return }
    }
    try StandardStream.output.write(filter?.end() ?? [])
  }

  private static func read(_ file: borrowing FileDescriptor, _ path: Path) throws(SystemError) -> [UInt8] {
    do throws(SystemError) {
      return try file.read(upTo: 1 << 16)
    } catch {
      throw error.about(path)
    }
  }
}
