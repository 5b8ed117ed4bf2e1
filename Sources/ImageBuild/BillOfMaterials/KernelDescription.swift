import Platform
import Stamps
import TextKit

/// What a kernel is, by its image and by the files that say how it is configured.
struct KernelDescription {
  /// Such as `6.1.176`; empty if the image does not say, as one that is compressed as a whole.
  let version: String
  let digest: Digest
  /// Each option that is on, `CONFIG_NET=y`, ordered by its name.
  let options: [String]
  /// The files of the configuration.
  let sources: [BillOfMaterials.Source]

  /// - Parameters:
  ///   - image: the kernel.
  ///   - configuration: in their order, relative to the working directory; of several the last that names an option
  ///     decides.
  init(image: Path, configuration: [String]) throws {
    let bytes = try File.read(image)
    version = Self.version(of: bytes) ?? ""
    digest = SHA256.digest(of: bytes)
    var values: [String: String] = [:]
    sources = try configuration.map { name in
      let text = try File.read(Path(name))
      for line in text.split(separator: 0x0A).map({ String(decoding: $0, as: UTF8.self) }) {
        if let match = line.wholeMatch(of: /(CONFIG_\w+)=(.*)/) {
          values[String(match.1)] = match.2 == "n" ? nil : String(match.2)
        } else if let match = line.wholeMatch(of: /# (CONFIG_\w+) is not set/) {
          values[String(match.1)] = nil
        }
      }
      return BillOfMaterials.Source(
        name: name, uri: "",
        digests: [BillOfMaterials.Checksum(algorithm: "SHA256", value: SHA256.digest(of: text).hex)])
    }
    options = values.map { "\($0)=\($1)" }.sorted()
  }

  /// What the header of an image for x86 says (Documentation/arch/x86/boot.rst), or the banner in any other.
  private static func version(of image: [UInt8]) -> String? {
    if image.count > 0x210, image[0x202..<0x206].elementsEqual("HdrS".utf8) {
      let start = 0x200 + Int(image[0x20E]) + Int(image[0x20F]) << 8
      return start < image.count ? word(image[start...]) : nil
    }
    let banner = Array("Linux version ".utf8)
    return image.position(of: banner).flatMap { word(image[($0 + banner.count)...]) }
  }

  /// The bytes up to a blank, if they begin as a version does.
  private static func word(_ bytes: ArraySlice<UInt8>) -> String? {
    let word = bytes.prefix(64).prefix { (0x21..<0x7F).contains($0) }
    guard let first = word.first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else { return nil }
    return String(decoding: word, as: UTF8.self)
  }
}
