import Platform
import Stamps
import TextKit

/// The program of systemd in front of a kernel that EFI firmware starts. It comes from the machine that builds.
struct BootStub {
  /// As the distribution has it, such as `252.39-1~deb12u2`; empty if the program does not say.
  let version: String
  let digest: Digest

  static let license = "LGPL-2.1-or-later"

  /// - Parameter file: the program without the kernel.
  init(file: Path) throws(SystemError) {
    let bytes = try File.read(file)
    digest = SHA256.digest(of: bytes)
    // systemd-stub(7), "LoaderInfo".
    let mark = Array("LoaderInfo: systemd-stub ".utf8)
    version =
      bytes.position(of: mark).map { position in
        String(decoding: bytes[(position + mark.count)...].prefix { (0x21..<0x7F).contains($0) }, as: UTF8.self)
      } ?? ""
  }

  func component(named name: String) -> BillOfMaterials.Component {
    var component = BillOfMaterials.Component(kind: .package, reference: "systemd-stub", name: "systemd-stub")
    component.version = version
    component.description = "The program in linux.efi that starts the kernel"
    component.homepage = "https://systemd.io/"
    component.origin = "Part of linux.efi as the machine that builds has it."
    component.license = .license(Self.license)
    component.artifact = (name, digest)
    // A release that a distribution has named otherwise is this one to those who report vulnerabilities.
    let release = version.prefix { $0.isNumber || $0 == "." }
    if !release.isEmpty {
      component.purl = "pkg:generic/systemd@\(release)"
      component.cpe = "cpe:2.3:a:systemd_project:systemd:\(release):*:*:*:*:*:*:*"
    }
    return component
  }
}
