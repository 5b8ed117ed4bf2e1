import Caching
import Platform

extension ImageGraph {
  /// What a cache keeps together. The stages from the toolchain on work in one sysroot, and have one state.
  static let units = [
    SharedUnit("host-tools", targets: ["host-tools"], folders: ["host", "configuration/host"]),
    SharedUnit(
      resolutionName, targets: [resolutionName],
      folders: ["resolution", "configuration/bootstrap", "configuration/target", "tmp/depcache"],
      beginsWithLast: true,
      narrowing: "resolution/asked"),
    SharedUnit(
      "sysroot", targets: ["toolchain", "libcap", "profile", "base", "world"],
      folders: ["toolchain", "sysroot", "packages", "ingredients"], beginsWithLast: true),
    SharedUnit("rootfs", targets: ["rootfs"], folders: ["rootfs", "assembly"], beginsWithLast: true),
  ]
}
