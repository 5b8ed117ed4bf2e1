import BuildGraph
import BuildSettings
import Platform
import PortageFiles
import Stamps

/// The targets that build an image, from the tools on the host to the files in IMAGESDIR.
///
/// Read it as a makefile. Why the stages come in this order, and what each flag of emerge is for, is in
/// docs/design.md; `HostBackend` has the one part that differs between machines.
struct ImageGraph {
  private let host: HostBackend
  private let bootstrap: [BootstrapList.Step]
  private let emptySets: [String]

  init(_ settings: Settings) throws {
    let source = settings.locations.source
    let variant = settings.variant ?? ""
    host = HostBackend(settings)
    bootstrap = try BootstrapList(
      file: source / "profiles/\(variant)/bootstrap.packages", in: source,
      witness: settings.witness
    ).steps
    emptySets = try ["base", "build", "skeleton", "install", "installonly"].filter { name in
      try PackageSet(named: name, in: source, variant: variant, witness: settings.witness).members.isEmpty
    }
  }

  func targets() -> [Target] {
    [hostTools, toolchain, libcap, profile, base, world, rootfs, kernel, squashfs, image]
  }

  // MARK: The tools

  private var hostTools: Target {
    Target(
      "host-tools",
      summary: "Portage, and what else the machine that builds needs",
      inputs: ["set:sets/host-tools.packages", "config:profiles/${VARIANT}/host", "value:SOURCE"]
        + host.hostToolsInputs,
      outputs: host.hostToolsOutputs,
      run: host.hostToolsCommands,
      environment: [Self.noJobserver])
  }

  private var toolchain: Target {
    Target(
      "toolchain",
      summary: "The compiler for CHOST, and the skeleton of the sysroot",
      needs: ["host-tools"],
      inputs: host.toolchainInputs,
      outputs: host.toolchainOutputs + [receipt("toolchain")],
      run: host.toolchainCommands + [
        "mkdir -p ${O}/sysroot/\(Self.receipts)",
        "touch ${O}/sysroot/\(Self.receipts)/toolchain",
      ],
      environment: [Self.noJobserver])
  }

  // MARK: The sysroot

  /// libcap needs pam and pam needs libcap: bootstrap.packages says how such circles are broken. What is there in any
  /// form satisfies that.
  private var libcap: Target {
    Target(
      "libcap",
      summary: "What breaks the circles among packages, under the bootstrap configuration",
      needs: ["toolchain"],
      inputs: ["config:profiles/${VARIANT}/bootstrap", "tool:emerge"] + host.repository,
      outputs: [receipt("libcap")],
      run: folders
        + bootstrap.map { step in
          let use = step.flags.isEmpty ? "" : "USE=\"\(step.flags.joined(separator: " "))\" "
          return use + Self.emerge + "--oneshot --noreplace --buildpkg=n \"\(step.atom)\""
        }
        + [
          Self.recordBuilds,
          writeReceipt("libcap", of: bootstrap.map { "\"\($0.atom)\"" }.joined(separator: " ")),
        ],
      environment: portage("bootstrap", root: "sysroot") + ["SYSROOT=${O}/sysroot"])
  }

  private var profile: Target {
    Target(
      "profile",
      summary: "The sysroot switched to the variant's complete configuration",
      needs: ["libcap"],
      inputs: ["value:SOURCE"],
      outputs: ["link:${O}/sysroot/etc/portage"],
      run: [
        "mkdir -p ${O}/sysroot/etc",
        "ln -sfn ${SOURCE}/profiles/${VARIANT}/target/etc/portage ${O}/sysroot/etc/portage",
      ])
  }

  /// The C library's files are there already, from the toolchain: with protect-owned they would fill the log with
  /// collisions.
  private var base: Target {
    Target(
      "base",
      summary: "What all other packages need: glibc, util-linux",
      needs: ["toolchain", "libcap", "profile"],
      inputs: ["config:profiles/${VARIANT}/target", "set:sets/base.packages", "tool:emerge"] + host.repository,
      outputs: [receipt("base")],
      run: folders + emerge(Self.update, ["base"])
        + [Self.recordBuilds, writeReceipt("base", of: "${set:sets/base.packages}")],
      environment: portage("target", root: "sysroot") + ["SYSROOT=${O}/sysroot", "FEATURES=-protect-owned"])
  }

  private var world: Target {
    Target(
      "world",
      summary: "build.packages in the sysroot, and binary packages of all that is there",
      needs: ["toolchain", "base"],
      inputs: [
        "config:profiles/${VARIANT}/target", "set:sets/base.packages", "set:sets/build.packages",
      ] + host.repository,
      outputs: ["installed:${O}/sysroot"],
      run: folders + emerge(Self.update, ["base", "build"]) + [
        "${HOSTS}/world ${O}/sysroot ${set:sets/base.packages} ${set:sets/build.packages}",
        "emerge --depclean --with-bdeps=y",
        "sysbuild helper rebuild ${O}/ingredients --oneshot --buildpkg --usepkg \(Self.fitting)",
        Self.recordBuilds,
        Self.checkInstalled,
      ],
      environment: portage("target", root: "sysroot") + ["SYSROOT=${O}/sysroot"])
  }

  // MARK: The image

  /// Made from nothing each time, so that what was removed is gone, and put in place when it is whole.
  private var rootfs: Target {
    Target(
      "rootfs",
      summary: "The destination root: install.packages and installonly.packages",
      needs: ["world"],
      inputs: [
        "config:profiles/${VARIANT}/target", "set:sets/skeleton.packages", "set:sets/install.packages",
        "set:sets/installonly.packages",
        "tree:profiles/${VARIANT}/overlay", "tool:emerge",
      ] + host.repository,
      outputs: [
        "tree:${O}/rootfs !dev !var/cache !var/db !var/lib/portage", "installed:${O}/rootfs",
      ],
      run: folders + [Self.inSysroot + "sysbuild helper quickpkg"]
        + emerge("--buildpkgonly --usepkg \(Self.take)", ["installonly"], with: Self.inSysroot)
        + ["rm -rf ${O}/rootfs.new", "mkdir -p ${O}/rootfs.new"]
        + emerge("--usepkgonly --nodeps \(Self.take)", ["skeleton"], with: Self.masked)
        + emerge("--usepkgonly \(Self.take)", ["install", "installonly"], with: Self.masked)
        + [
          Self.recordBuilds,
          Self.checkInstalled,
          "tar --create --file=${O}/tmp/overlay.tar --directory=profiles/${VARIANT}/overlay"
            + " --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX .",
          "tar --extract --file=${O}/tmp/overlay.tar --directory=${O}/rootfs.new --same-permissions",
          "rm -rf ${O}/rootfs",
          "mv -T ${O}/rootfs.new ${O}/rootfs",
        ],
      environment: portage("target", root: "rootfs.new") + [Self.noNews])
  }

  private var kernel: Target {
    Target(
      "kernel",
      summary: "The kernel, as kernel.config has it",
      needs: ["toolchain"],
      inputs: ["file:profiles/${VARIANT}/kernel.config"] + host.kernelInputs,
      outputs: ["file:${O}/kernel/vmlinuz"],
      run: host.kernelCommands + [
        "${HOSTS}/kernel ${O}/kernel/source ${O}/kernel/build"
          + " ${SOURCE}/profiles/${VARIANT}/kernel.config ${O}/kernel/vmlinuz"
      ],
      environment: [
        "KERNEL_ARCH=${KERNEL_ARCH}", "KERNEL_IMAGE=${KERNEL_IMAGE}", "CROSS_COMPILE=${CHOST}-",
        "MAKEOPTS=-j${JOBS}",
      ])
  }

  private var squashfs: Target {
    Target(
      "squashfs",
      summary: "The root file system: the same bytes for the same destination root",
      needs: ["rootfs"],
      outputs: ["file:${O}/rootfs.squashfs"],
      run: [
        "mksquashfs ${O}/rootfs ${O}/rootfs.squashfs -noappend -quiet -no-progress -all-root"
          + " -all-time 0 -mkfs-time 0 -comp zstd -e var/db var/cache var/lib/portage"
      ])
  }

  private var image: Target {
    let published = ["rootfs.squashfs", "vmlinuz", "packages.json", "SHA256SUMS"]
    return Target(
      "image",
      summary: "The artifacts in IMAGESDIR",
      needs: ["rootfs", "squashfs", "kernel"],
      outputs: ["file:${O}/packages.json"] + published.map { "file:${IMAGESDIR}/\($0)" },
      run: [
        "sysbuild helper package-list ${O}/rootfs ${O}/packages.json",
        "sysbuild helper publish ${IMAGESDIR} ${O}/rootfs.squashfs ${O}/kernel/vmlinuz ${O}/packages.json",
      ])
  }

  // MARK: What the stages share

  /// Lets every edit that Portage sees reach what is installed, and makes binary packages on the way.
  private static let update =
    "--oneshot --update --deep --newuse --changed-deps=y --changed-slot=y --with-bdeps=y --backtrack=30"
    + " --buildpkg --usepkg \(fitting)"

  /// A build against the sysroot in the midst of a stage for another root.
  private static let inSysroot = "ROOT=${O}/sysroot SYSROOT=${O}/sysroot PORTAGE_TMPDIR=${O}/tmp/sysroot "

  /// The image is spared what is only needed to compile against it.
  private static let masked = "INSTALL_MASK=${INSTALL_MASK} "

  /// Only binary packages that fit the configuration. Whether their patches do, `BuildRecords` tells.
  private static let fitting =
    "--binpkg-respect-use=y --binpkg-changed-deps=y --binpkg-respect-user-patches=n"
  private static let take = "--oneshot \(fitting)"

  /// emerge, told of what it does not look at; and what notes what its builds were made from.
  private static let emerge = "sysbuild helper emerge ${O}/ingredients "
  private static let recordBuilds = "sysbuild helper record-builds ${O}/ingredients"
  private static let checkInstalled = "sysbuild helper check-installed"

  /// An emerge of these sets, or no command if they are empty, which emerge would not understand.
  private func emerge(_ options: String, _ sets: [String], with settings: String = "") -> [String] {
    let full = sets.filter { !emptySets.contains($0) }
    if full.isEmpty { return [] }
    return [
      settings + Self.emerge + "\(options) " + full.map { "${set:sets/\($0).packages}" }.joined(separator: " ")
    ]
  }

  /// Where a stage leaves word, in the root itself, of what it did there.
  private static let receipts = "var/lib/sysbuild"

  private func receipt(_ stage: String) -> String { "file:${O}/sysroot/\(Self.receipts)/\(stage)" }

  private func writeReceipt(_ stage: String, of atoms: String) -> String {
    "sysbuild helper receipt ${O}/sysroot ${O}/sysroot/\(Self.receipts)/\(stage) \(atoms)"
  }

  /// Portage wants its folders to be there.
  private var folders: [String] {
    ["mkdir -p ${O}/tmp/sysroot ${O}/tmp/rootfs ${O}/packages ${DISTDIR} ${O}/portage-logs"]
  }

  /// Which news are unread would be noted in the image.
  private static let noNews = "FEATURES=-news"

  /// For what runs emerge: it closes the jobserver's descriptors and then, finding MAKEFLAGS set, leaves
  /// MAKEOPTS out, so that each package would be built by one job.
  private static let noJobserver = "MAKEFLAGS="

  /// The environment of a stage that runs emerge: nothing of it comes from the caller's.
  ///
  /// - Parameters:
  ///   - configuration: which of the variant's configuration roots Portage reads, in place.
  ///   - root: the folder of O that it installs in.
  private func portage(_ configuration: String, root: String) -> [String] {
    [
      "ROOT=${O}/\(root)",
      "PORTAGE_CONFIGROOT=${SOURCE}/profiles/${VARIANT}/\(configuration)",
      "PORTAGE_REPOSITORIES=${PORTAGE_REPOSITORIES}",
      "CHOST=${CHOST}",
      "CBUILD=${CBUILD}",
      "EPREFIX=/",
      "SYSBUILD_TOOLCHAIN=${O}/toolchain",
      "PKGDIR=${O}/packages",
      "DISTDIR=${DISTDIR}",
      "PORTAGE_TMPDIR=${O}/tmp/\(root == "sysroot" ? "sysroot" : "rootfs")",
      "EMERGE_LOG_DIR=${O}/portage-logs",
      "PORTAGE_LOGDIR=${O}/portage-logs",
      "PORTAGE_ELOG_SYSTEM=save_summary:log,warn,error,qa echo:warn,error",
      "CONFIG_PROTECT=-*",
      "PORTAGE_DEPCACHEDIR=${O}/tmp/depcache",
      "PORTAGE_USERNAME=root",
      "PORTAGE_GRPNAME=root",
      "EMERGE_DEFAULT_OPTS=--jobs=${JOBS} --load-average=${JOBS}",
      "MAKEOPTS=-j${JOBS}",
      Self.noJobserver,
      "CLEAN_DELAY=0",
      "EMERGE_WARNING_DELAY=0",
      "NO_COLOR=1",
    ]
  }
}
