import Glibc

/// A line of /proc/thread-self/mountinfo, as far as it tells what to expect of a file system.
public struct Mount: Hashable, Sendable {
  public let point: Path
  /// `ext4`, `9p`, `fuse.sshfs`.
  public let type: String
  /// The options of the file system itself: `rw,cache=none,trans=virtio`.
  public let options: [String]

  /// The mount that holds `path`, links resolved; nil if `path` does not exist or /proc is not mounted.
  public static func holding(_ path: Path) -> Mount? {
    guard let place = File.resolve(path) else { return nil }
    // Of several mounts at one place the last hides the others.
    return all.enumerated().filter { place.isInside($0.element.point) }
      .max { ($0.element.point.bytes.count, $0.offset) < ($1.element.point.bytes.count, $1.offset) }?.element
  }

  /// All mounts that this process sees; none if /proc is not mounted.
  public static var all: [Mount] { (try? File.read("/proc/thread-self/mountinfo")).map(table) ?? [] }

  /// The mounts in a text as proc_pid_mountinfo(5) specifies it: fields separated by blanks, some of them
  /// optional and ended by ` - `. Other lines are left out.
  public static func table(_ text: [UInt8]) -> [Mount] {
    text.split(separator: UInt8(ascii: "\n")).compactMap { line in
      let fields = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
      guard let dash = fields.dropFirst(6).firstIndex(where: { $0.elementsEqual("-".utf8) }),
        fields.count > dash + 3
      else { return nil }
      return Mount(
        point: Path(bytes: unescaped(fields[4])), type: String(decoding: fields[dash + 1], as: UTF8.self),
        options: fields[dash + 3].split(separator: UInt8(ascii: ",")).map {
          String(decoding: $0, as: UTF8.self)
        })
    }
  }

  /// `field` with its escapes replaced, such as `\040` for a blank.
  private static func unescaped(_ field: ArraySlice<UInt8>) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = field
    while let byte = rest.popFirst() {
      let digits = rest.prefix(3)
      let isEscape =
        byte == UInt8(ascii: "\\") && digits.count == 3
        && digits.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "7")).contains($0) }
      if isEscape { rest = rest.dropFirst(3) }
      bytes.append(isEscape ? digits.reduce(0) { $0 << 3 | ($1 & 7) } : byte)
    }
    return bytes
  }
}
