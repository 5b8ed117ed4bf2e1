import Platform
import Stamps
import TextKit

/// What an image was built from: a statement of in-toto (v1) with SLSA provenance (v1) as its predicate.
///
/// Like the image it follows from the sources alone: it has no times and no paths of the machine.
struct ProvenanceStatement {
  /// Something that the image was built from. One of `uri` and `digests` is not empty.
  struct Dependency: Hashable {
    var name = ""
    var uri = ""
    /// By the names of in-toto: `sha512`, `gitCommit`.
    var digests: [Digest] = []
    var annotations: [Parameter] = []

    struct Digest: Hashable {
      let algorithm: String
      let value: String
    }
  }

  struct Parameter: Hashable {
    let name: String
    let value: String
  }

  static let name = "provenance.intoto.json"

  /// What the fields mean; docs/reference.md says it.
  static let buildType = "urn:sysbuild:image:1"
  /// The builder's identity unless BUILDER_ID says otherwise.
  static let builder = "urn:sysbuild:builder"
  /// The digest of a listing, and not of a file: of all that a package was built from, of the files of a toolchain.
  static let listing = "sysbuildListing"

  /// The variables that decide what is built.
  static let parameters = [
    "CHOST", "KERNEL_ARCH", "KERNEL_IMAGE", "INSTALL_MASK", "IMAGES", "SQUASHFS_COMPRESSION", "SQUASHFS_LEVEL",
    "ESP_SIZE",
  ]

  let variant: String
  /// The published files.
  let subjects: [(name: String, digest: Digest)]
  /// The variables that decide what is built.
  let variables: [Parameter]
  let dependencies: [Dependency]
  let builder: String

  var text: String {
    let statement: JSON = [
      "_type": "https://in-toto.io/Statement/v1",
      "subject": .array(
        subjects.sorted { $0.name < $1.name }.map { subject in
          ["name": .string(subject.name), "digest": ["sha256": .string(subject.digest.hex)]]
        }),
      "predicateType": "https://slsa.dev/provenance/v1",
      "predicate": [
        "buildDefinition": [
          "buildType": .string(Self.buildType),
          "externalParameters": ["variant": .string(variant), "variables": Self.object(variables)],
          "resolvedDependencies": .array(dependencies.map(Self.json)),
        ],
        "runDetails": [
          "builder": ["id": .string(builder), "version": ["sysbuild": .string(Version.text)]]
        ],
      ],
    ]
    return statement.pretty(rows: ["subject", "resolvedDependencies"]) + "\n"
  }

  private static func json(_ dependency: Dependency) -> JSON {
    let members: [(String, JSON)] =
      [("name", dependency.name), ("uri", dependency.uri)].filter { !$0.1.isEmpty }.map { ($0, .string($1)) }
      + [
        (
          "digest", object(dependency.digests.map { Parameter(name: $0.algorithm, value: $0.value) })
        ), ("annotations", object(dependency.annotations)),
      ].filter { $0.1 != .object([]) }
    return .object(members.map { JSON.Member(name: $0.0, value: $0.1) })
  }

  private static func object(_ parameters: [Parameter]) -> JSON {
    .object(parameters.map { JSON.Member(name: $0.name, value: .string($0.value)) })
  }
}
