import Platform
import PortageFiles
import TextKit

/// The folders of packages with the modes and owners that they have in the packages. `hosts/emerge` records them of each
/// package that it merges without running any code of it: a file for each package, with a line `MODE USER GROUP PATH` for
/// each folder, the mode in octal digits.
///
/// Portage gives a folder that is not there the mode and owner of the first package that brings it. The order of merging
/// makes no difference if these are set again, to those of the first in another order.
struct RecordedFolders {
  struct Attributes: Hashable {
    let mode: UInt32
    let user: UInt32
    let group: UInt32
  }

  private let folder: Path

  init(_ folder: Path) { self.folder = folder }

  /// The folders of a package, with paths relative to the root; nil if it is not recorded.
  ///
  /// - Throws: `SystemError` if the record cannot be read.
  subscript(package: PackageVersion) -> [Path: Attributes]? {
    get throws(SystemError) {
      let text: [UInt8]
      do {
        text = try File.read(file(of: package))
      } catch let error where error.isMissing {
        return nil
      }
      var found: [Path: Attributes] = [:]
      for line in text.split(separator: 0x0A) {
        let words = line.split(separator: 0x20, maxSplits: 3)
        func number(_ word: Int, radix: Int = 10) -> UInt32? {
          UInt32(String(decoding: words[word], as: UTF8.self), radix: radix)
        }
        guard words.count == 4, let mode = number(0, radix: 8), let user = number(1), let group = number(2)
        else {
          return nil
        }
        found[Path(bytes: Array(words[3].drop { $0 == UInt8(ascii: "/") }))] = Attributes(
          mode: mode, user: user, group: group)
      }
      return found
    }
  }

  func forget(_ package: PackageVersion) throws(SystemError) {
    try File.remove(file(of: package), missingIsFine: true)
  }

  private func file(of package: PackageVersion) -> Path { folder / Path("\(package)") }
}
