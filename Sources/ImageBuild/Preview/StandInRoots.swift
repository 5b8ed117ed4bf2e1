import EmergeOutput
import Platform
import PortageFiles

/// Temporary roots that stand for roots which do not exist yet, so that emerge can be asked about them. They have only
/// entries in the database of installed packages, for the packages that earlier stages would have merged.
final class StandInRoots {
  private let scratch: Path
  private var standIns: [String: Path] = [:]
  /// The folders of the entries, by root, package and slot.
  private var entries: [String: Path] = [:]

  init(in scratch: Path) {
    self.scratch = scratch
  }

  /// The environment with stand-ins for a ROOT and a SYSROOT that do not exist, and whether ROOT is one.
  func environment(_ environment: [String: String]) throws -> (values: [String: String], isStandIn: Bool) {
    var values = environment
    for name in ["ROOT", "SYSROOT"] {
      guard let root = environment[name], !File.exists(Path(root)) else { continue }
      values[name] = "\(try standIn(for: root, environment["PORTAGE_CONFIGROOT"] ?? "/"))"
    }
    return (values, values["ROOT"] != environment["ROOT"])
  }

  /// A new root with nothing in it.
  func empty() throws(SystemError) -> Path { try Directory.createTemporary(prefix: scratch / "root.") }

  private func standIn(for root: String, _ configuration: String) throws -> Path {
    if let known = standIns[root] { return known }
    let folder = try empty()
    // If this root is the SYSROOT of another, emerge reads the configuration in it.
    try Directory.create(folder / "etc")
    try File.symlink(Path(configuration) / "etc/portage", at: folder / "etc/portage")
    standIns[root] = folder
    return folder
  }

  /// Adds a package to the database of installed packages, with the values that emerge needs to see it as installed.
  func install(_ merge: PretendedMerge, in root: Path) throws {
    let folder = root / "var/db/pkg/\(merge.package)-\(merge.version)"
    let place = "\(root) \(merge.package):\(merge.slot)"
    if let old = entries.updateValue(folder, forKey: place) { try Directory.removeTree(old) }
    try Directory.create(folder, intermediates: true)
    let flags = merge.flags
    let values = [
      "CATEGORY": "\(folder.parent.lastComponent)", "PF": "\(folder.lastComponent)", "SLOT": merge.slot,
      "EAPI": "8", "COUNTER": "1",
      "repository": merge.repository, "KEYWORDS": "", "IUSE": flags.map(\.name).joined(separator: " "),
      "USE": flags.filter(\.isOn).map(\.name).joined(separator: " "),
    ]
    for (name, value) in values { try File.write(Array("\(value)\n".utf8), to: folder / name) }
  }
}
