import BuildGraph
import BuildSettings

/// What the target `image` writes to O, and copies to IMAGESDIR.
struct PublishedFiles {
  private let targets: FormatTargets
  /// The variables that decide what is built and that the variant has: one with a kernel of its own has no KERNEL_ARCH.
  private let parameters: [String]
  private let signature: SigningKey?

  init(_ settings: Settings, _ targets: FormatTargets) {
    self.targets = targets
    signature = SigningKey(
      settings.variables[SigningKey.variable]?.value ?? "", in: settings.locations.source)
    parameters = ProvenanceStatement.parameters.filter { settings.variables[$0] != nil }
  }

  /// What describes the image.
  private static let descriptions = ["packages.json", "sbom.spdx.json", "sbom.cdx.json"]

  private var formats: ImageFormats { targets.formats }
  private var images: [String] { formats.published.flatMap(\.files) }

  var outputs: [String] {
    let written = Self.descriptions + [ProvenanceStatement.name]
    let names =
      images + ["vmlinuz"] + written + [PackageLock.name, "SHA256SUMS"]
      + (signature.map { [$0.file] } ?? [])
    return written.map { "file:${O}/\($0)" } + names.map { "file:${IMAGESDIR}/\($0)" }
  }

  /// What the statement about its provenance says of the build.
  var environment: [String] {
    let parameters = self.parameters.map { name in
      "\(name)=" + (name == "IMAGES" ? formats.published.map(\.rawValue).joined(separator: " ") : "${\(name)}")
    }
    let others = ["BUILDER_ID", SourceCommits.variable, "PORTAGE_REPOSITORIES"].map { "\($0)=${\($0)}" }
    return parameters + others + ["SYSBUILD_VERSION=\(Version.text)"]
      + (signature == nil
        ? [] : [SigningKey.variable, SigningKey.identityVariable].map { "\($0)=${\($0)}" })
  }

  // MARK: What they describe

  private var overlays: [String] { targets.folders.filesIfAny("overlay") }
  private var kernelConfiguration: [String] { targets.folders.filesIfAny("kernel.config") }
  /// Files of the source tree from which other things of the image follow.
  private var others: [String] { targets.folders.filesIfAny("pseudo-files") + targets.definitions.files }

  var inputs: [String] {
    (overlays + targets.definitions.folders).map { "tree:\($0)" }
      + (kernelConfiguration + others + (formats.hasBootStub ? [targets.stub] : [])).map { "file:\($0)" }
  }

  var steps: [StageStep] {
    let parts =
      (formats.hasInitramfs ? ["--initramfs"] : [])
      + (formats.hasBootStub ? ["--boot-stub", targets.stub] : [])
    let words = parts + ["--overlay"] + overlays + ["--kernel-config"] + kernelConfiguration
    let files =
      (images + ["kernel/vmlinuz"] + Self.descriptions + ["resolution/\(PackageLock.name)"])
      .map { " ${O}/\($0)" }.joined()
    let sources = ["--source"] + overlays + kernelConfiguration + others + targets.definitions.folders
    return [
      .command("sysbuild helper package-list ${O}/rootfs \(StageStep.list(.rootfs)) ${O}/packages.json"),
      .command("sysbuild helper sbom ${VARIANT} ${O} \(words.joined(separator: " "))"),
      .command(
        "sysbuild helper provenance ${VARIANT} ${O} \(sources.joined(separator: " ")) --published\(files)"),
      .command("sysbuild helper publish ${IMAGESDIR}\(files) ${O}/\(ProvenanceStatement.name)"),
    ] + (signature == nil ? [] : [.command("sysbuild helper sign ${IMAGESDIR}/SHA256SUMS")])
  }
}
