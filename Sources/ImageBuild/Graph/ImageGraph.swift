import BuildGraph
import BuildSettings
import Platform
import PortageFiles
import Stamps
import TextKit

/// The targets that build an image, from the tools on the host to the files in IMAGESDIR.
///
/// It reads like a makefile. docs/design.md explains the order of the stages and the options of emerge. `HostBackend`
/// has the part that differs between machines.
struct ImageGraph {
  let host: HostBackend
  private let folders: RecipeFolders
  private let bootstrap: [BootstrapList.Step]
  private let sets: ImageSets
  private let isLocked: Bool
  private let formatTargets: FormatTargets
  private let published: PublishedFiles
  /// The modules of the kernel, as an artifact; none if it can load none.
  private let modules: [String]

  init(_ settings: Settings) throws {
    let source = settings.locations.source
    host = HostBackend(settings)
    let layers = VariantFolders(settings)
    folders = RecipeFolders(layers)
    isLocked = settings.variables["LOCK"]?.value.isEmpty == false
    sets = ImageSets(settings)
    formatTargets = try FormatTargets(settings, folders, host, hasInitramfs: sets.hasInitramfs)
    published = PublishedFiles(settings, formatTargets)
    modules =
      try KernelConfiguration(layers.existing("kernel.config").map { source / $0 }, settings.recorder)
      .hasModules
      ? ["tree:${O}/kernel/modules"] : []
    bootstrap = try BootstrapList(
      files: layers.all("bootstrap.packages").map { source / $0 }, in: source, recorder: settings.recorder
    ).steps
    let sets = try sets.names.map { name in
      try PackageSet(named: name, in: source, variants: settings.layers, recorder: settings.recorder)
    }
    let repositories = try ImageVariables.repositories(settings)
    let atoms = bootstrap.map { ($0.atom, $0.place) } + sets.flatMap(\.members).map { ($0.atom, $0.place) }
    for (atom, place) in atoms {
      // Portage takes aliases for masters, but not here.
      let names = repositories.all.map(\.name)
      guard let name = atom.repository, !names.contains(name) else { continue }
      throw UserError.unknownRepository(name, of: atom, at: place, among: names)
    }
  }

  var targets: [ImageTarget] {
    [hostTools, resolution, toolchain, libcap, profile, base, world, rootfs, kernel]
      + (sets.hasInitramfs ? [initramfs] : []) + formatTargets.all + [image]
      + downloads
  }

  // MARK: The tools

  private var hostTools: ImageTarget {
    ImageTarget(
      "host-tools",
      summary: "Portage, and what else the machine that builds needs",
      inputs: ["set:sets/host-tools.packages", configuration("host").input] + host.hostToolsInputs,
      outputs: host.hostToolsOutputs + configuration("host").outputs,
      run: configuration("host").join
        + host.hostToolsCommands(configuration("host").linked).map(StageStep.command),
      environment: [StageEnvironment.noJobserver] + host.environment + configuration("host").environment)
  }

  private var toolchain: ImageTarget {
    ImageTarget(
      "toolchain",
      summary: "The compiler for CHOST, and the skeleton of the sysroot",
      needs: ["host-tools"],
      inputs: host.toolchainInputs,
      outputs: host.toolchainOutputs + [receipt("toolchain")],
      run: host.toolchainCommands.map(StageStep.command) + [
        .command("mkdir -p ${O}/sysroot/\(Self.receipts)"),
        .command("touch ${O}/sysroot/\(Self.receipts)/toolchain"),
      ],
      environment: [StageEnvironment.noJobserver] + host.environment)
  }

  // MARK: Which packages

  static let resolutionName = "resolution"

  var resolutionRecipe: ResolutionRecipe {
    ResolutionRecipe(
      folders: folders, repositories: host.repositories, bootstrap: bootstrap, sets: sets, isLocked: isLocked,
      environment: portage("target", root: "sysroot")
        + (configuration("target").isJoined ? [] : configuration("bootstrap").environment))
  }

  /// It is asked anew when something changes that could change the answer. The stages depend on the answer alone.
  private var resolution: ImageTarget {
    let recipe = resolutionRecipe
    return ImageTarget(
      Self.resolutionName,
      summary: "Which packages the image consists of, and what they are built from",
      needs: ["host-tools"],
      inputs: recipe.inputs,
      outputs: ResolvedList.Name.allCases.map { list($0) } + [Self.lock, StageStep.provenance]
        + configuration("bootstrap").outputs + configuration("target").outputs,
      run: [makeFolders] + configuration("bootstrap").join + configuration("target").join + [
        .resolve(recipe.arguments)
      ],
      environment: recipe.environment)
  }

  // MARK: The sysroot

  /// libcap needs pam and pam needs libcap. bootstrap.packages says how such circles are broken. A package that is
  /// already installed, with any flags, is not merged again.
  private var libcap: ImageTarget {
    ImageTarget(
      "libcap",
      summary: "What breaks the circles among packages, under the bootstrap configuration",
      needs: ["resolution", "toolchain"],
      inputs: [list(.libcap)] + Self.emerge,
      outputs: [receipt("libcap")],
      run: [makeFolders]
        + bootstrap.map { step in
          let use = step.flags.isEmpty ? "" : "USE=\"\(step.flags.joined(separator: " "))\" "
          return .bootstrap(
            atom: step.atom.description, options: EmergeOptions.bootstrap, environment: use)
        }
        + [
          .recordBuilds(.libcap), writeReceipt(.libcap),
        ],
      environment: portage("bootstrap", root: "sysroot") + ["SYSROOT=${O}/sysroot"])
  }

  private var profile: ImageTarget {
    ImageTarget(
      "profile",
      summary: "The sysroot switched to the variant's complete configuration",
      needs: ["libcap"],
      outputs: ["link:${O}/sysroot/etc/portage"],
      run: [
        .command("mkdir -p ${O}/sysroot/etc"),
        .command("ln -sfn ../../\(configuration("target").placeInBuild)/etc/portage ${O}/sysroot/etc/portage"),
      ])
  }

  /// The sysroot already has the C library's files, from the toolchain. With protect-owned each of them would be logged
  /// as a collision.
  private var base: ImageTarget {
    ImageTarget(
      "base",
      summary: "What all other packages need: glibc, util-linux",
      needs: ["resolution", "toolchain", "libcap", "profile"],
      inputs: [list(.base)] + Self.emerge,
      outputs: [receipt("base")],
      run: [
        makeFolders, .install(.base, options: EmergeOptions.install), .recordBuilds(.base), writeReceipt(.base),
      ],
      environment: portage("target", root: "sysroot", features: "-protect-owned") + ["SYSROOT=${O}/sysroot"])
  }

  private var world: ImageTarget {
    ImageTarget(
      "world",
      summary: "build.packages in the sysroot, and binary packages of all that is there",
      needs: ["resolution", "toolchain", "base"],
      inputs: [list(.world)] + Self.emerge,
      outputs: ["installed:${O}/sysroot"],
      run: [makeFolders, .remove(.world), .install(.world, options: EmergeOptions.install), .check(.world)],
      environment: portage("target", root: "sysroot") + ["SYSROOT=${O}/sysroot"])
  }

  // MARK: The image

  /// It begins as the last one and is what an empty root would become (`AssembledRoot`). It takes the last one's place
  /// when it is complete.
  private var rootfs: ImageTarget {
    ImageTarget(
      "rootfs",
      summary: "The destination root: install.packages and installonly.packages",
      needs: ["resolution", "world"] + (modules.isEmpty ? [] : ["kernel"]),
      inputs: [list(.skeleton), list(.installonly), list(.rootfs)] + Self.emerge + modules
        + folders.files("overlay").map { "tree:\($0)" } + pseudoFiles.map { "file:\($0)" },
      outputs: [
        "tree:${O}/rootfs !dev !var/cache !var/db !var/lib/portage", "installed:${O}/rootfs",
        "file:${O}/rootfs/\(RootAttributes.listing)",
      ],
      run: [
        makeFolders,
        .command(StageEnvironment.inSysroot + "sysbuild helper quickpkg \(StageStep.list(.rootfs))"),
        .build(.installonly, options: EmergeOptions.buildOnly, environment: StageEnvironment.inSysroot),
        .assemble(
          last: "${O}/rootfs", options: EmergeOptions.takeAlone,
          environment: StageEnvironment.masked + StageEnvironment.assembly),
        .copy("${O}/assembly/root", to: "${O}/rootfs.new"),
        .install(.rootfs, options: EmergeOptions.takeInOrder, environment: StageEnvironment.masked),
        .check(.rootfs),
      ] + copiedModules + folders.files("overlay").flatMap { StageStep.overlay($0, on: "rootfs") } + [
        .command(
          "sysbuild helper attributes ${O}/rootfs.new" + pseudoFiles.map { " \($0)" }.joined()),
        .exchange("${O}/rootfs.new", with: "${O}/rootfs"),
      ],
      environment: portage("target", root: "rootfs.new", features: StageEnvironment.noNews))
  }

  private var pseudoFiles: [String] { folders.filesIfAny("pseudo-files") }

  private var copiedModules: [StageStep] {
    modules.isEmpty
      ? [] : StageStep.overlay("${O}/kernel/modules", on: "rootfs", options: " --keep-directory-symlink")
  }

  /// It has few packages, and is made from nothing each time.
  private var initramfs: ImageTarget {
    let overlays = folders.filesIfAny("initramfs")
    return ImageTarget(
      ImageFormat.initramfs.rawValue,
      summary: ImageFormat.initramfs.summary,
      needs: ["resolution", "world"],
      inputs: [list(.initramfs)] + Self.emerge + ["file:${HOSTS}/format"] + overlays.map { "tree:\($0)" },
      outputs: ["file:\(FormatTargets.file(of: .initramfs))"],
      run: [
        .command("rm -rf ${O}/initramfs.new"),
        .command("mkdir -p ${O}/initramfs.new ${O}/tmp/initramfs"),
        .install(.initramfs, options: EmergeOptions.takeInOrder, environment: StageEnvironment.masked),
        .check(.initramfs),
      ] + overlays.flatMap { StageStep.overlay($0, on: "initramfs") } + [
        .command("sysbuild helper attributes ${O}/initramfs.new"),
        .command("rm -rf ${O}/initramfs"),
        .exchange("${O}/initramfs.new", with: "${O}/initramfs"),
        .command("${HOSTS}/format cpio ${O}/initramfs \(FormatTargets.file(of: .initramfs))"),
      ],
      environment: portage("target", root: "initramfs.new", features: StageEnvironment.noNews))
  }

  private var kernel: ImageTarget {
    ImageTarget(
      "kernel",
      summary: "The kernel, as kernel.config has it",
      needs: ["toolchain"],
      inputs: folders.files("kernel.config").map { "file:\($0)" } + ["file:${HOSTS}/kernel"]
        + host.kernelInputs,
      outputs: ["file:${O}/kernel/vmlinuz"] + modules,
      run: host.kernelCommands.map(StageStep.command) + [
        .command("sysbuild helper compilers ${CHOST}"),
        .command(
          "${HOSTS}/kernel ${O}/kernel/source ${O}/kernel/build ${O}/kernel"
            + folders.files("kernel.config").map { " ${SOURCE}/\($0)" }.joined()),
      ],
      environment: host.environment + [
        "KERNEL_ARCH=${KERNEL_ARCH}", "KERNEL_IMAGE=${KERNEL_IMAGE}",
        "CROSS_COMPILE=${CHOST}-",
      ] + SpreadCompilation.environment)
  }

  private var image: ImageTarget {
    let lists = [list(.rootfs)] + (formatTargets.formats.hasInitramfs ? [list(.initramfs)] : [])
    return ImageTarget(
      "image",
      summary: "The artifacts in IMAGESDIR",
      needs: ["resolution", "rootfs"] + formatTargets.formats.ofImage.map(\.rawValue) + ["kernel"],
      inputs: [Self.lock, StageStep.provenance] + lists + published.inputs,
      outputs: published.outputs,
      run: published.steps,
      environment: published.environment)
  }

  // MARK: Shared by the stages

  private static let emerge = ["tool:emerge", "file:\(StageEnvironment.emerge)"]

  private func configuration(_ name: String) -> RecipeFolders.Configuration { folders.configuration(name) }

  private func portage(_ name: String, root: String, features: String = "") -> [String] {
    StageEnvironment.portage(configuration(name).place, root: root, features: features)
      + configuration(name).environment
  }

  private static let lock = "file:\(StageStep.lists)/\(PackageLock.name)"

  private func list(_ stage: ResolvedList.Name) -> String { "list:\(StageStep.list(stage))" }

  /// The folder of a root in which each stage writes its receipt.
  private static let receipts = "var/lib/sysbuild"

  private func receipt(_ stage: String) -> String { "file:${O}/sysroot/\(Self.receipts)/\(stage)" }

  private func writeReceipt(_ stage: ResolvedList.Name) -> StageStep {
    .command(
      "sysbuild helper receipt ${O}/sysroot ${O}/sysroot/\(Self.receipts)/\(stage.rawValue)"
        + " \(StageStep.list(stage))")
  }

  /// Makes the folders that Portage expects to exist.
  var makeFolders: StageStep {
    .command("mkdir -p ${O}/tmp/sysroot ${O}/tmp/rootfs ${O}/packages ${DISTDIR} ${O}/portage-logs")
  }
}
