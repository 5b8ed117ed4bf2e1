public import Platform

/// The shared objects that an installed package has and needs, as recorded in Portage's database in `PROVIDES` and
/// `REQUIRES`.
///
/// Each is named with the category of its architecture, as in `x86_64 libz.so.1` (portage(5), package.provided).
public struct Sonames {
  public let provided: Set<String>
  /// Without those that the package itself provides.
  public let required: Set<String>

  /// - Throws: `SystemError` if a file is there but cannot be read.
  public init(of package: PackageVersion, in root: Path) throws(SystemError) {
    let folder = InstalledPackages.database(of: root) / Path("\(package)")
    provided = try Self.listed(folder / "PROVIDES")
    required = try Self.listed(folder / "REQUIRES").subtracting(provided)
  }

  private static func listed(_ file: Path) throws(SystemError) -> Set<String> {
    do throws(SystemError) {
      return listed(in: try File.read(file))
    } catch {
      if error.isMissing { return [] }
      throw error
    }
  }

  /// Parses `x86_64: libz.so.1 libx.so.2 x86_32: libz.so.1`.
  static func listed(in text: [UInt8]) -> Set<String> {
    var category = ""
    var found: Set<String> = []
    for word in text.split(whereSeparator: TextLines.isSpace).map({ String(decoding: $0, as: UTF8.self) }) {
      if word.hasSuffix(":") { category = String(word.dropLast()) } else { found.insert("\(category) \(word)") }
    }
    return found
  }
}
