import BuildGraph
import BuildSettings
import TextKit

/// A form in which the root file system is published. The variable IMAGES names them.
enum ImageFormat: String, CaseIterable {
  case squashfs
  case erofs
  case ext4
  case tar
  case cpio
  case oci

  /// Those that a variant wants, without repetitions.
  static func chosen(_ settings: Settings) throws(UserError) -> [ImageFormat] {
    guard let variable = settings.variables["IMAGES"] else { return [] }
    var formats: [ImageFormat] = []
    for name in variable.value.split(separator: " ") {
      guard let format = ImageFormat(rawValue: String(name)) else {
        let names = allCases.map(\.rawValue)
        throw UserError(
          "\(variable.origin): IMAGES has '\(name)', which is no format of an image"
            + "\(didYouMean(String(name), among: names)); there are \(names.joined(separator: ", "))")
      }
      if !formats.contains(format) { formats.append(format) }
    }
    return formats
  }

  /// The name of the file.
  var file: String {
    switch self {
    case .squashfs, .erofs, .ext4: "rootfs.\(rawValue)"
    case .tar, .cpio: "rootfs.\(rawValue).zst"
    case .oci: "rootfs.oci.tar"
    }
  }

  var summary: String {
    switch self {
    case .squashfs: "The root file system: the same bytes for the same destination root"
    case .erofs: "The root file system as EROFS, read-only and fast at random reads"
    case .ext4: "The root file system as ext4, which can be written to"
    case .tar: "The root file system as a tar archive"
    case .cpio: "The root file system as an archive that a kernel unpacks into memory"
    case .oci: "The root file system as a container image"
    }
  }
}
