import Platform
import PortageFiles
import Stamps

/// The toolchains that the packages of a root were built with: a listing beside the keys of their builds.
enum RootToolchains {
  private static func file(of root: Path) -> Path { BuildKeys.file(of: root).parent / "toolchains" }

  /// - Parameter toolchains: texts of `EmergeStage.toolchainText`, in any order.
  static func store(_ toolchains: [String], in root: Path) throws(SystemError) {
    let listing = Listing(toolchains.filter { !$0.isEmpty }.map { Listing.Entry($0) })
    try AtomicFile.write(listing.storedText, to: file(of: root), durable: false)
  }

  /// Each once, ordered by their bytes; none if it is not known.
  static func all(of root: Path) throws -> [String] {
    let file = file(of: root)
    guard File.exists(file) else { return [] }
    return (Listing(stored: try File.read(file))?.entries ?? []).map { String(decoding: $0.key, as: UTF8.self) }
  }
}
