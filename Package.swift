// swift-tools-version: 6.2
import PackageDescription

/// Swift 6 with the stricter upcoming rules; warnings are errors, so that none piles up.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]
let safe: [SwiftSetting] = strict + [.strictMemorySafety()]
/// Glibc's Swift module shows the GNU names (`pipe2`, `statx`, …) only with this macro.
let gnu: [CSetting] = [.define("_GNU_SOURCE")]

let package = Package(
  name: "sysbuild",
  products: [
    .library(name: "Stamps", targets: ["Stamps"]),
    .library(name: "BuildGraph", targets: ["BuildGraph"]),
    .executable(name: "sysbuild", targets: ["sysbuild"]),
  ],
  targets: [
    .systemLibrary(name: "CLinux"),
    .target(name: "Platform", dependencies: ["CLinux"], cSettings: gnu, swiftSettings: strict),
    .target(name: "Stamps", dependencies: ["Platform", "CLinux"], cSettings: gnu, swiftSettings: safe),
    .target(name: "BuildGraph", dependencies: ["Stamps", "Platform"], cSettings: gnu, swiftSettings: safe),
    .executableTarget(
      name: "sysbuild", dependencies: ["BuildGraph", "Stamps", "Platform"], cSettings: gnu,
      swiftSettings: safe),
    .target(
      name: "TestSupport", dependencies: ["Platform"], path: "Tests/TestSupport", cSettings: gnu,
      swiftSettings: strict),
    .testTarget(
      name: "PlatformTests", dependencies: ["Platform", "TestSupport"], cSettings: gnu, swiftSettings: strict),
    .testTarget(
      name: "StampsTests", dependencies: ["Stamps", "Platform", "TestSupport"], cSettings: gnu,
      swiftSettings: strict),
    .target(
      name: "ModelSupport", dependencies: ["BuildGraph", "Stamps", "Platform"], path: "Tests/ModelSupport",
      cSettings: gnu, swiftSettings: strict),
    .testTarget(
      name: "BuildGraphTests", dependencies: ["BuildGraph", "Stamps", "Platform", "ModelSupport"],
      cSettings: gnu, swiftSettings: strict),
    .testTarget(
      name: "sysbuildTests",
      dependencies: ["sysbuild", "BuildGraph", "Stamps", "Platform", "TestSupport", "ModelSupport"],
      exclude: ["Image/tiny", "Portage/ask-portage.py"], cSettings: gnu, swiftSettings: strict),
  ]
)
