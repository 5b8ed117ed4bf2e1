import Glibc
package import Platform

/// Prints a log that another process may be writing, until the run that it is about ends. It knows nothing of
/// what the lines mean.
package enum LogFollower {
  /// How often it looks whether the file has grown, in milliseconds.
  private static let pace = 200

  package static func follow(_ path: Path) throws(SystemError) {
    let file = try FileDescriptor.open(path, O_RDONLY | O_NOCTTY, action: "cannot read")
    while true {
      // Asked first: what was written before the end is then read after it.
      let goesOn = try file.isHeldElsewhere()
      while case let block = try file.read(upTo: 1 << 16), !block.isEmpty {
        if try !StandardStream.output.write(block) { return }
      }
      if !goesOn { return }
      // A reader that went away ends it, though nothing may be written for hours.
      let closed = try Poll.wait(for: [Poll.Descriptor(StandardStream.output.rawValue, [])], timeout: pace)
      if closed.contains(where: { !$0.events.isDisjoint(with: [.error, .hangUp]) }) { return }
    }
  }
}
