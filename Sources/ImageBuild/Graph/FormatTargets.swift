import BuildGraph
import BuildSettings
import TextKit

/// The targets that make an image, or a part of one, in each format.
struct FormatTargets {
  let formats: ImageFormats
  let folders: RecipeFolders
  /// Whether the level of compression is not that of mksquashfs.
  let hasLevel: Bool
  let signsBoot: Bool
  /// The program that starts a kernel from EFI firmware.
  let stub: String

  init(_ settings: Settings, _ folders: RecipeFolders, _ host: HostBackend, hasInitramfs: Bool) throws {
    formats = try ImageFormats(settings, hasInitramfs: hasInitramfs)
    self.folders = folders
    hasLevel = settings.variables["SQUASHFS_LEVEL"]?.value.isEmpty == false
    stub = settings.variables["EFI_STUB"]?.value.isEmpty == false ? "${EFI_STUB}" : host.bootStub
    signsBoot = try KeyPair.secureBoot.isSet(settings)
    if formats.built.contains(.bundle) { try KeyPair.bundle.check(for: .bundle, settings) }
    for (format, name, content) in Self.needed
    where formats.built.contains(format) && folders.filesIfAny(name).isEmpty {
      throw UserError.nothingDefines(format, name, content, settings)
    }
  }

  /// Without those that need the resolution.
  var all: [ImageTarget] { formats.built.filter { $0 != .initramfs }.map(target) }

  private func target(_ format: ImageFormat) -> ImageTarget {
    switch format {
    case .squashfs: target(format, needs: ["rootfs"], run: squashfs)
    case .verity: verity
    case .uki: uki
    case .esp: esp
    case .disk: disk
    case .bundle: bundle
    default:
      target(
        format, needs: ["rootfs"], inputs: ["file:${HOSTS}/format"],
        run: "${HOSTS}/format \(format) ${O}/rootfs \(Self.file(of: format))")
    }
  }

  private func target(
    _ format: ImageFormat, needs: [String], inputs: [String] = [], run line: String, environment: [String] = []
  ) -> ImageTarget {
    ImageTarget(
      format.rawValue, summary: format.summary, needs: needs, inputs: inputs,
      outputs: format.files.map { "file:${O}/\($0)" }, run: [.command(line)], environment: environment)
  }

  static func file(of format: ImageFormat) -> String { "${O}/\(format.files[0])" }

  private var squashfs: String {
    "mksquashfs ${O}/rootfs \(Self.file(of: .squashfs)) -noappend -quiet -no-progress"
      + (folders.filesIfAny("pseudo-files").isEmpty ? "" : " -pf ${O}/rootfs/\(RootAttributes.nodes)")
      + " -all-time 0 -mkfs-time 0 -comp ${SQUASHFS_COMPRESSION}"
      + (hasLevel ? " -Xcompression-level ${SQUASHFS_LEVEL}" : "") + " -e var/db var/cache var/lib/portage"
  }

  private var verity: ImageTarget {
    target(
      .verity, needs: [formats.fileSystem.rawValue], inputs: ["file:${HOSTS}/verity"],
      run: (["${HOSTS}/verity", Self.file(of: formats.fileSystem)]
        + ImageFormat.verity.files.map { "${O}/\($0)" })
        .joined(separator: " "))
  }

  private var uki: ImageTarget {
    let parts = [ImageFormat.verity, .initramfs].filter(formats.built.contains)
    let commandLine = folders.filesIfAny("kernel.cmdline")
    let release = ["usr/lib", "etc"].flatMap { folders.filesIfAny("overlay/\($0)/os-release") }.suffix(1)
    let words =
      ["${HOSTS}/uki", Self.file(of: .uki), stub, "${O}/kernel/vmlinuz"]
      + release.map { "--os-release \($0)" }
      + (parts.contains(.initramfs) ? ["--initramfs \(Self.file(of: .initramfs))"] : [])
      + (parts.contains(.verity) ? ["--root-hash ${O}/\(ImageFormat.verity.files[1])"] : [])
      + commandLine.map { "--cmdline \($0)" }
    return target(
      .uki, needs: ["toolchain", "kernel"] + parts.map(\.rawValue),
      inputs: (["${HOSTS}/uki", stub] + release + commandLine).map { "file:\($0)" }
        + (signsBoot ? KeyPair.secureBoot.inputs : []),
      run: words.joined(separator: " "),
      environment: ["CHOST=${CHOST}"] + (signsBoot ? KeyPair.secureBoot.environment : []))
  }

  private var esp: ImageTarget {
    target(
      .esp, needs: ["uki"], inputs: ["file:${HOSTS}/esp"],
      run: "${HOSTS}/esp \(Self.file(of: .esp)) \(Self.file(of: .uki)) ${ESP_SIZE}",
      environment: ["CHOST=${CHOST}"])
  }

  /// The files and folders of the variant that say how the formats are made up.
  var definitions: (files: [String], folders: [String]) {
    func found(_ format: ImageFormat, _ name: String) -> [String] {
      formats.built.contains(format) ? folders.filesIfAny(name) : []
    }
    return (
      found(.uki, "kernel.cmdline") + found(.bundle, "bundle.manifest").suffix(1),
      found(.initramfs, "initramfs") + found(.disk, "repart.d")
    )
  }

  /// What must be there for a format.
  private static let needed: [(ImageFormat, name: String, content: String)] = [
    (.disk, "repart.d", "definitions of partitions (repart.d(5))"),
    (.bundle, "bundle.manifest", "a manifest of RAUC"),
  ]

  /// What a slot of a system consists of.
  private var parts: [ImageFormat] {
    [.esp, formats.fileSystem] + (formats.built.contains(.verity) ? [.verity] : [])
  }

  private var disk: ImageTarget {
    let definitions = folders.filesIfAny("repart.d")
    return target(
      .disk, needs: parts.map(\.rawValue),
      inputs: ["file:${HOSTS}/disk"] + definitions.map { "tree:\($0)" },
      run: (["${HOSTS}/disk", Self.file(of: .disk)] + parts.map(Self.file) + ["--definitions"] + definitions)
        .joined(separator: " "),
      environment: ["CHOST=${CHOST}"])
  }

  private var bundle: ImageTarget {
    let manifest = folders.filesIfAny("bundle.manifest").last ?? ""
    return target(
      .bundle, needs: parts.map(\.rawValue),
      inputs: ["file:${HOSTS}/bundle", "file:\(manifest)"] + KeyPair.bundle.inputs,
      run: (["${HOSTS}/bundle", Self.file(of: .bundle), manifest] + parts.map(Self.file)).joined(
        separator: " "),
      environment: KeyPair.bundle.environment)
  }
}

extension UserError {
  fileprivate static func nothingDefines(
    _ format: ImageFormat, _ name: String, _ content: String, _ settings: Settings
  ) -> Self {
    Self(
      "\(settings.variables["IMAGES"]?.origin ?? ""): IMAGES has '\(format)', and nothing says what is in it: write "
        + "\(content) to profiles/\(settings.variant ?? "")/\(name)")
  }
}
