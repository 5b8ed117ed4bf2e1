import Platform
import TextKit

/// The users and groups of an image, by its own etc/passwd and etc/group: those of the machine that builds may have other
/// numbers.
struct ImageAccounts {
  private let users: [String: UInt32]
  private let groups: [String: UInt32]

  init(root: Path) {
    users = Self.numbers(root / "etc/passwd")
    groups = Self.numbers(root / "etc/group")
  }

  /// - Parameter name: a name or a number.
  func user(_ name: String, at place: String) throws(UserError) -> UInt32 {
    try number(name, in: users, "user", "etc/passwd", place)
  }

  func group(_ name: String, at place: String) throws(UserError) -> UInt32 {
    try number(name, in: groups, "group", "etc/group", place)
  }

  private func number(
    _ name: String, in numbers: [String: UInt32], _ what: String, _ file: String, _ place: String
  ) throws(UserError) -> UInt32 {
    if let number = UInt32(name) ?? numbers[name] { return number }
    throw UserError(
      "\(place): the image has no \(what) '\(name)'\(didYouMean(name, among: Array(numbers.keys))): "
        + "write a number, or add it to \(file) of the image")
  }

  /// Lines `NAME:PASSWORD:NUMBER:…`; passwd(5), group(5).
  private static func numbers(_ file: Path) -> [String: UInt32] {
    var numbers: [String: UInt32] = [:]
    for line in String(decoding: (try? File.read(file)) ?? [], as: UTF8.self).split(separator: "\n") {
      let fields = line.split(separator: ":", omittingEmptySubsequences: false)
      if fields.count > 2, let number = UInt32(fields[2]) { numbers[String(fields[0])] = number }
    }
    return numbers
  }
}
