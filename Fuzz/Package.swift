// swift-tools-version: 6.2
import PackageDescription

/// The same sources once more, as libraries and for libFuzzer: `Sources` and `Tests` are links to those of
/// sysbuild, whose own package knows nothing of this one. `run` builds it with the sanitizers.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]
let gnu: [CSetting] = [.define("_GNU_SOURCE")]

let package = Package(
  name: "Fuzz",
  targets: [
    .target(name: "CLinux", cSettings: gnu),
    .target(name: "Platform", dependencies: ["CLinux"], cSettings: gnu, swiftSettings: strict),
    .target(name: "Stamps", dependencies: ["Platform", "CLinux"], cSettings: gnu, swiftSettings: strict),
    .target(name: "BuildGraph", dependencies: ["Stamps", "Platform"], cSettings: gnu, swiftSettings: strict),
    .target(
      name: "sysbuild", dependencies: ["BuildGraph", "Stamps", "Platform"], exclude: ["main.swift"],
      cSettings: gnu, swiftSettings: strict),
    .target(
      name: "TestSupport", dependencies: ["Platform"], path: "Tests/TestSupport", cSettings: gnu,
      swiftSettings: strict),
    .target(
      name: "ParserChecks", dependencies: ["sysbuild", "BuildGraph", "Stamps", "Platform", "TestSupport"],
      path: "Tests/sysbuildTests/Parsers", cSettings: gnu, swiftSettings: strict),
    // Its `main` is libFuzzer's.
    .executableTarget(
      name: "fuzz", dependencies: ["ParserChecks", "Platform", "TestSupport"], path: "Entry",
      swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])]),
  ]
)
