import Platform
import TextKit

/// The files with private keys, as variables name them.
enum PrivateKey {
  /// - Throws: `UserError` if a key lies in the source tree, where somebody may commit it, also where links lead.
  static func check(_ path: Path, of variable: String, source: Path, origin: String) throws(UserError) {
    let places = [path, File.resolve(path) ?? path]
    let folders = [source, File.resolve(source) ?? source]
    if places.contains(where: { place in folders.contains { place.isInside($0) } }) {
      throw UserError(
        "\(origin): \(variable) is '\(path)', which lies in the source tree: move the key to a folder outside, where "
          + "nobody commits it")
    }
  }
}
