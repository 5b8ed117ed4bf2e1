/// What the target `image` writes to O, and copies to IMAGESDIR.
struct PublishedFiles {
  let formats: ImageFormats
  /// The program that starts a kernel from EFI firmware.
  let bootStub: String

  /// What describes the image.
  private static let descriptions = ["packages.json", "sbom.spdx.json", "sbom.cdx.json"]

  var outputs: [String] {
    let names =
      formats.published.flatMap(\.files) + ["vmlinuz"] + Self.descriptions + [PackageLock.name, "SHA256SUMS"]
    return Self.descriptions.map { "file:${O}/\($0)" } + names.map { "file:${IMAGESDIR}/\($0)" }
  }

  /// - Parameters:
  ///   - overlays: the folders that are put over the image.
  ///   - kernelConfiguration: the files that configure the kernel.
  func steps(overlays: [String], kernelConfiguration: [String]) -> [StageStep] {
    let words =
      (formats.hasInitramfs ? ["--initramfs"] : [])
      + (formats.hasBootStub ? ["--boot-stub", bootStub] : []) + ["--overlay"] + overlays + ["--kernel-config"]
      + kernelConfiguration
    let files =
      formats.published.flatMap(\.files) + ["kernel/vmlinuz"] + Self.descriptions + [
        "resolution/\(PackageLock.name)"
      ]
    return [
      .command("sysbuild helper package-list ${O}/rootfs \(StageStep.list(.rootfs)) ${O}/packages.json"),
      .command("sysbuild helper sbom ${VARIANT} ${O} \(words.joined(separator: " "))"),
      .command("sysbuild helper publish ${IMAGESDIR}" + files.map { " ${O}/\($0)" }.joined()),
    ]
  }
}
