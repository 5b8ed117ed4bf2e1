import BuildGraph
import BuildSettings

/// What the target `image` writes to O, and copies to IMAGESDIR.
struct PublishedFiles {
  let formats: [ImageFormat]
  /// The variables that decide what is built and that the variant has: one with a kernel of its own has no KERNEL_ARCH.
  private let parameters: [String]
  private let signature: SigningKey?

  init(_ settings: Settings) throws {
    formats = try ImageFormat.chosen(settings)
    signature = SigningKey(
      settings.variables[SigningKey.variable]?.value ?? "", in: settings.locations.source)
    parameters = ProvenanceStatement.parameters.filter { settings.variables[$0] != nil }
  }

  /// What describes the image.
  private static let descriptions = ["packages.json", "sbom.spdx.json", "sbom.cdx.json"]

  var outputs: [String] {
    let written = Self.descriptions + [ProvenanceStatement.name]
    let names =
      formats.map(\.file) + ["vmlinuz"] + written + [PackageLock.name, "SHA256SUMS"]
      + (signature.map { [$0.file] } ?? [])
    return written.map { "file:${O}/\($0)" } + names.map { "file:${IMAGESDIR}/\($0)" }
  }

  /// What the statement about its provenance says of the build.
  var environment: [String] {
    let parameters = self.parameters.map { name in
      "\(name)=" + (name == "IMAGES" ? formats.map(\.rawValue).joined(separator: " ") : "${\(name)}")
    }
    let others = ["BUILDER_ID", SourceCommits.variable, "PORTAGE_REPOSITORIES"].map { "\($0)=${\($0)}" }
    return parameters + others + ["SYSBUILD_VERSION=\(Version.text)"]
      + (signature == nil
        ? [] : [SigningKey.variable, SigningKey.identityVariable].map { "\($0)=${\($0)}" })
  }

  /// - Parameters:
  ///   - overlays: the folders that are put over the image.
  ///   - kernelConfiguration: the files that configure the kernel.
  ///   - others: files of the source tree from which other things of the image follow.
  func steps(overlays: [String], kernelConfiguration: [String], others: [String]) -> [StageStep] {
    let words = ["--overlay"] + overlays + ["--kernel-config"] + kernelConfiguration
    let files =
      (formats.map(\.file) + ["kernel/vmlinuz"] + Self.descriptions + ["resolution/\(PackageLock.name)"])
      .map { " ${O}/\($0)" }.joined()
    let sources = ["--source"] + overlays + kernelConfiguration + others
    return [
      .command("sysbuild helper package-list ${O}/rootfs \(StageStep.list(.rootfs)) ${O}/packages.json"),
      .command("sysbuild helper sbom ${VARIANT} ${O} \(words.joined(separator: " "))"),
      .command(
        "sysbuild helper provenance ${VARIANT} ${O} \(sources.joined(separator: " ")) --published\(files)"),
      .command("sysbuild helper publish ${IMAGESDIR}\(files) ${O}/\(ProvenanceStatement.name)"),
    ] + (signature == nil ? [] : [.command("sysbuild helper sign ${IMAGESDIR}/SHA256SUMS")])
  }
}
