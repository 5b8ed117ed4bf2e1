import ArtifactKinds
import BuildSettings
import Caching
import Platform

extension ImageGraph {
  /// What a cache keeps together. The stages from the toolchain on work in one sysroot, and have one state.
  ///
  /// Where tools are installed on the machine itself, host-tools is made on each.
  static func units(_ settings: Settings) -> [SharedUnit] {
    let host = HostBackend(settings)
    let tools = SharedUnit(
      "host-tools", targets: ["host-tools"], folders: ["host", "configuration/host"], check: host.hostToolsCheck
    )
    return (host.installsOnHost ? [] : [tools]) + [
      SharedUnit(
        resolutionName, targets: [resolutionName],
        folders: ["resolution", "configuration/bootstrap", "configuration/target", "tmp/depcache"],
        beginsWithLast: true, narrowing: RepositoryParts.askedName),
      SharedUnit(
        "sysroot", targets: ["toolchain", "libcap", "profile", "base", "world"],
        folders: ["toolchain", "sysroot", "packages", "ingredients"], beginsWithLast: true),
      SharedUnit("rootfs", targets: ["rootfs"], folders: ["rootfs", "assembly"], beginsWithLast: true),
    ]
  }
}
