import BuildGraph
import BuildSettings
import TextKit

/// The formats that a variant publishes, and those that these are made of.
struct ImageFormats {
  /// As IMAGES names them, without repetitions.
  let published: [ImageFormat]
  /// Each after those that it is made of.
  let built: [ImageFormat]
  /// The root of a disk, which verity guards.
  let fileSystem: ImageFormat

  /// Those that the target `image` publishes or describes.
  var ofImage: [ImageFormat] { built.filter { published.contains($0) || $0 == .initramfs } }

  var hasInitramfs: Bool { built.contains(.initramfs) }
  var hasBootStub: Bool { built.contains(.uki) }

  /// - Parameter hasInitramfs: whether the variant has a set of packages for one.
  /// - Throws: `UserError` with the place of IMAGES and what it should be.
  init(_ settings: Settings, hasInitramfs: Bool) throws(UserError) {
    let variable = settings.variables["IMAGES"]
    var published: [ImageFormat] = []
    for name in variable?.value.split(separator: " ") ?? [] {
      guard let format = ImageFormat(rawValue: String(name)) else {
        let names = ImageFormat.allCases.map(\.rawValue)
        throw UserError(
          "\(variable?.origin ?? ""): IMAGES has '\(name)', which is no format of an image"
            + "\(didYouMean(String(name), among: names)); there are \(names.joined(separator: ", "))")
      }
      if !published.contains(format) { published.append(format) }
    }
    var wanted = Set(published)
    let fileSystem = published.first(where: ImageFormat.fileSystems.contains) ?? .squashfs
    if wanted.contains(.disk) || wanted.contains(.bundle) { wanted.formUnion([.esp, fileSystem]) }
    if wanted.contains(.esp) { wanted.insert(.uki) }
    if wanted.contains(.uki), hasInitramfs { wanted.insert(.initramfs) }
    if wanted.contains(.verity) { wanted.insert(fileSystem) }
    if wanted.contains(.initramfs), !hasInitramfs {
      throw UserError(
        "\(variable?.origin ?? ""): IMAGES has 'initramfs', and no set says which packages are in it: write "
          + "sets/\(settings.variant ?? "")/initramfs.packages")
    }
    self.published = published
    self.fileSystem = fileSystem
    built = ImageFormat.allCases.filter(wanted.contains)
  }
}
