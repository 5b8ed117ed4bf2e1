package import Platform
package import TextKit

/// The messages of `legal-info`.
extension UserError {
  package static let noLegalImage = Self(
    "the image is not up to date, so there is nothing to collect for: build it first")

  static let noLegalAnswer = Self(
    "the program 'legal-info' gives no answer: HOSTS must be the folder that came with this sysbuild")

  package static func legalFolderInside(_ folder: Path, _ name: String, _ other: Path) -> Self {
    Self("'\(folder)' lies in \(name) ('\(other)'): name a folder outside of it")
  }

  package static func legalFolderHolds(_ folder: Path, _ name: String, _ other: Path) -> Self {
    Self("'\(folder)' holds \(name) ('\(other)'), and would be replaced: name a folder of its own")
  }

  package static func foreignFolder(_ folder: Path) -> Self {
    Self("'\(folder)' was not made by 'legal-info', which would replace it: name another folder, or remove it")
  }
}
