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
/// Glibc's headers, and so its Swift module, show the GNU names (`pipe2`, `statx`, …) only with this macro.
let gnu: [CSetting] = [.define("_GNU_SOURCE")]
let strictC: [CSetting] =
  gnu + [.enableWarning("all"), .enableWarning("extra"), .treatAllWarnings(as: .error)]

/// A module of Sources, which may import these modules and no other.
func module(_ name: String, on dependencies: String..., settings: [SwiftSetting] = safe) -> Target {
  .target(
    name: name, dependencies: dependencies.map { .byName(name: $0) }, cSettings: gnu, swiftSettings: settings)
}

func testSupport(_ name: String, on dependencies: String...) -> Target {
  .target(
    name: name, dependencies: dependencies.map { .byName(name: $0) }, path: "Tests/\(name)", cSettings: gnu,
    swiftSettings: strict)
}

func tests(of name: String, on dependencies: String..., excluding excluded: [String] = []) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: ([name] + dependencies).map { .byName(name: $0) }, exclude: excluded,
    cSettings: gnu, swiftSettings: strict)
}

let package = Package(
  name: "sysbuild",
  products: [
    .executable(name: "sysbuild", targets: ["sysbuild"]),
    .library(name: "BuildGraph", targets: ["BuildGraph"]),
    .library(name: "PortageFiles", targets: ["PortageFiles"]),
    .library(name: "Stamps", targets: ["Stamps"]),
  ],
  targets: [
    // The system.
    .target(name: "CLinux", cSettings: strictC),
    module("TextKit"),
    module("ReportPage", on: "TextKit"),
    module("Platform", on: "CLinux", "TextKit", settings: strict),

    // The engine.
    module("Stamps", on: "CLinux", "Platform", "TextKit"),
    module("BuildGraph", on: "Stamps", "Platform", "TextKit"),

    // Portage.
    module("PortageFiles", on: "Stamps", "Platform", "TextKit"),
    module("EmergeOutput", on: "PortageFiles", "Platform", "TextKit"),

    // A build.
    module("BuildSettings", on: "BuildGraph", "PortageFiles", "Stamps", "Platform", "TextKit"),
    module("ArtifactKinds", on: "BuildSettings", "BuildGraph", "PortageFiles", "Stamps", "Platform"),
    module("Explanations", on: "ArtifactKinds", "BuildGraph", "Stamps", "Platform", "TextKit"),
    module("Caching", on: "BuildGraph", "Stamps", "Platform", "TextKit"),
    module(
      "ImageBuild",
      on: "Explanations", "Caching", "ArtifactKinds", "BuildSettings", "BuildGraph", "EmergeOutput",
      "PortageFiles",
      "Stamps", "Platform", "TextKit"),
    module("Execution", on: "Explanations", "BuildGraph", "Stamps", "Platform", "TextKit"),
    module(
      "RunDisplay",
      on: "Execution", "Explanations", "BuildGraph", "EmergeOutput", "Stamps", "Platform", "TextKit"),

    // The program.
    module(
      "Commands",
      on: "RunDisplay", "Execution", "ImageBuild", "Caching", "Explanations", "ArtifactKinds", "BuildSettings",
      "EmergeOutput", "PortageFiles", "BuildGraph", "Stamps", "ReportPage", "Platform", "TextKit"),
    .executableTarget(
      name: "sysbuild", dependencies: ["Commands", "Platform"], cSettings: gnu, swiftSettings: safe),

    // The tests.
    testSupport("TestSupport", on: "Platform"),
    testSupport("ModelSupport", on: "TestSupport", "BuildGraph", "Stamps", "Platform"),
    testSupport(
      "ParserChecks",
      on: "Commands", "Caching", "RunDisplay", "Execution", "ImageBuild", "ArtifactKinds", "BuildSettings",
      "EmergeOutput",
      "PortageFiles", "BuildGraph", "Stamps", "Platform", "TextKit", "TestSupport"),
    tests(of: "TextKit"),
    tests(of: "ReportPage", on: "TestSupport", "Platform", "TextKit"),
    tests(of: "Platform", on: "TestSupport", "TextKit"),
    tests(of: "Stamps", on: "TestSupport", "Platform"),
    tests(of: "BuildGraph", on: "ModelSupport", "TestSupport", "Stamps", "Platform", "TextKit"),
    tests(of: "PortageFiles", on: "TestSupport", "Stamps", "Platform", "TextKit"),
    tests(of: "EmergeOutput", on: "TestSupport", "PortageFiles", "Platform", "TextKit"),
    tests(
      of: "BuildSettings", on: "TestSupport", "BuildGraph", "PortageFiles", "Stamps", "Platform", "TextKit"),
    tests(of: "Caching", on: "TestSupport", "Stamps", "Platform", "TextKit"),
    tests(of: "Explanations", on: "ArtifactKinds", "BuildGraph", "Stamps", "Platform", "TextKit"),
    tests(
      of: "ImageBuild",
      on: "ModelSupport", "TestSupport", "BuildSettings", "BuildGraph", "EmergeOutput", "PortageFiles",
      "Stamps", "Platform", "TextKit", excluding: ["Agreement/ask-portage.py"]),
    tests(of: "Execution", on: "TestSupport", "BuildGraph", "Stamps", "Platform", "TextKit"),
    tests(
      of: "RunDisplay",
      on: "TestSupport", "Execution", "Explanations", "BuildGraph", "EmergeOutput", "Stamps", "Platform",
      "TextKit"),
    tests(
      of: "Commands", on: "TestSupport", "ArtifactKinds", "BuildGraph", "Stamps", "BuildSettings", "Execution",
      "ImageBuild", "Platform", "TextKit"),
    .testTarget(
      name: "sysbuildTests",
      dependencies: [
        "sysbuild", "Commands", "RunDisplay", "Execution", "Caching", "ImageBuild", "Explanations",
        "ArtifactKinds",
        "BuildSettings", "EmergeOutput", "PortageFiles", "BuildGraph", "Stamps", "Platform", "TextKit",
        "TestSupport", "ModelSupport", "ParserChecks",
      ],
      exclude: ["Image/native", "Image/tiny"], cSettings: gnu, swiftSettings: strict),
  ]
)

// Fuzz/run links the checks of the parsers with libFuzzer, which brings the `main` function.
if Context.environment["SYSBUILD_FUZZ"] != nil {
  package.targets.append(
    .executableTarget(
      name: "fuzz", dependencies: ["ParserChecks", "Platform", "TestSupport"], path: "Fuzz/Entry",
      swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])]))
}
