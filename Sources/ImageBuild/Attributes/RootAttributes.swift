import Platform
import Stamps
import TextKit

/// What files of a root have besides kind and content: owners, modes, extended attributes. And device nodes, which only
/// root can make, and not even root of a user namespace: they stand beside the root, and each format of an image adds
/// them.
struct RootAttributes {
  /// Where a root has both, in what Portage keeps of it, so that no image has them.
  static let listing = Path("var/db/sysbuild/attributes")
  static let nodes = Path("var/db/sysbuild/nodes")

  private let root: Path
  private let accounts: ImageAccounts
  private var places: RootPlaces
  private var devices: [String] = []

  init(root: Path) {
    self.root = root
    accounts = ImageAccounts(root: root)
    places = RootPlaces(root)
  }

  // MARK: Definitions

  /// Carries out a line of `pseudo-files`.
  ///
  /// - Throws: `UserError` with its place.
  mutating func apply(_ file: PseudoFile) throws {
    do {
      try carryOut(file)
    } catch let error as SystemError {
      let remedy = OtherOwners.isRefusal(ArraySlice("\(error)".utf8)) ? ": \(OtherOwners.remedy)" : ""
      throw UserError("\(file.place): \(error)\(remedy)")
    }
  }

  private mutating func carryOut(_ file: PseudoFile) throws {
    guard let path = places[file.path], let parent = places[file.path.parent], File.isDirectory(root / parent)
    else {
      throw UserError("\(file.place): the image has no folder '/\(file.path.parent)'")
    }
    let target = root / path
    let status = try? FileStatus(target)
    switch file.kind {
    case .attribute(let name, let value):
      guard status != nil else { throw UserError.missing(file) }
      return try set(name, value, of: target, file)
    case .modify:
      guard status != nil else { throw UserError.missing(file) }
    case .folder:
      if status == nil { try Directory.create(target) }
      if try FileStatus(target).kind != .directory { throw UserError.exists(file) }
    case .link(let content):
      if status != nil { throw UserError.exists(file) }
      try File.symlink(content, at: target)
    case .device(let kind, let major, let minor):
      if status != nil { throw UserError.exists(file) }
      // A type of mksquashfs(1), which has to get numbers, since it knows only the users of this machine.
      devices.append(
        "\(path) \(kind == .characterDevice ? "c" : "b") \(String(file.mode, radix: 8))"
          + " \(try accounts.user(file.user, at: file.place)) \(try accounts.group(file.group, at: file.place))"
          + " \(major) \(minor)\n")
      return
    }
    let user = try accounts.user(file.user, at: file.place)
    let group = try accounts.group(file.group, at: file.place)
    if try FileStatus(target).kind == .symbolicLink {
      try File.setOwner(user: user, group: group, of: target)
    } else {
      try File.set(mode: file.mode, user: user, group: group, of: target)
    }
  }

  private func set(_ name: String, _ value: String, of target: Path, _ file: PseudoFile) throws {
    guard name == "security.capability", !value.hasPrefix("0x") else {
      return try File.setExtendedAttribute(name, bytes(of: value, file), of: target)
    }
    let path = Environment.value("PATH").map { String(decoding: $0, as: UTF8.self) } ?? ""
    guard let program = ProgramSearch.find("setcap", in: path) else {
      throw UserError.programMissing("setcap", searchPath: path)
    }
    let status = try ForegroundProgram.run(program, [value, "\(target)"]) { bytes throws(SystemError) in
      try StandardStream.output.write(bytes)
    }
    if !status.isSuccess { throw UserError("\(file.place): setcap refuses '\(value)'") }
  }

  /// The value as setfattr(1) takes it: text, or hexadecimal digits behind `0x`.
  private func bytes(of value: String, _ file: PseudoFile) throws(UserError) -> [UInt8] {
    guard value.hasPrefix("0x") else { return Array(value.utf8) }
    let digits = value.dropFirst(2).compactMap(\.hexDigitValue)
    guard digits.count == value.count - 2, digits.count % 2 == 0 else {
      throw UserError("\(file.place): '\(value)' has to be pairs of hexadecimal digits behind 0x")
    }
    return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
  }

  // MARK: What there is

  /// Writes what is unusual: the owner and mode of what is not root's, or has other permissions than a file, a program
  /// or a folder that all may read and root may write, and the extended attributes.
  func write() throws {
    var entries: [Listing.Entry] = []
    func add(_ path: Path) throws {
      let status = try FileStatus(root / path)
      let usual: UInt32 =
        status.kind == .symbolicLink ? 0o777 : status.kind == .directory || status.isExecutable ? 0o755 : 0o644
      var words: [String] = []
      if status.permissions != usual || status.user != 0 || status.group != 0 {
        words.append("\(String(status.permissions, radix: 8)) \(status.user) \(status.group)")
      }
      for (name, value) in try File.extendedAttributes(root / path) {
        words.append("\(name)=0x" + value.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())
      }
      if !words.isEmpty { entries.append(.init(key: path.bytes, value: words.joined(separator: " ").utf8)) }
    }
    try add(".")
    try RootPlaces.visit(root, add)
    let nodes = devices.sorted().joined()
    try Directory.create((root / Self.listing).parent, intermediates: true)
    try AtomicFile.write(
      Listing(entries).storedText + Array(nodes.utf8), to: root / Self.listing, durable: false)
    try AtomicFile.write(Array(nodes.utf8), to: root / Self.nodes, durable: false)
  }
}

extension UserError {
  fileprivate static func missing(_ file: PseudoFile) -> Self {
    Self("\(file.place): the image has no '/\(file.path)'")
  }

  fileprivate static func exists(_ file: PseudoFile) -> Self {
    Self("\(file.place): the image has another '/\(file.path)' already")
  }
}
