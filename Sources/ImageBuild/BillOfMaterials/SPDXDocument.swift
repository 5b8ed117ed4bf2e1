import Platform
import Stamps
import TextKit

/// Writes a bill of materials as SPDX 2.3 in JSON. The namespace follows from the rest, and the time, without which there
/// is no document, is the one that builds are told.
struct SPDXDocument {
  private let bill: BillOfMaterials
  private var identifiers = SPDXIdentifiers()

  init(_ bill: BillOfMaterials) { self.bill = bill }

  private static let document = "SPDXRef-DOCUMENT"
  private static let unknown: JSON = "NOASSERTION"
  /// 1980-01-01T00:00:00Z is `StageEnvironment.sourceDate`.
  private static let created = "1980-01-01T00:00:00Z"

  /// The text. Each file and each relationship is on a line of its own.
  var text: String {
    var writer = self
    let content = writer.content()
    let head: JSON = [
      "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": .string(Self.document),
      "name": .string(bill.name),
      "documentNamespace": .string("urn:uuid:\(StableIdentifier.uuid(of: content.line))"),
      "creationInfo": ["created": .string(Self.created), "creators": ["Tool: sysbuild"]],
    ]
    return (head + content).pretty(rows: ["files", "relationships", "checksums", "externalRefs"]) + "\n"
  }

  private mutating func content() -> JSON {
    let image = identifiers.new("Image")
    var packages: [JSON] = [
      package(image, bill.name, ["primaryPackagePurpose": "OPERATING-SYSTEM"])
    ]
    var files: [JSON] = []
    var relationships = [Self.relationship(Self.document, "DESCRIBES", image)]
    let own = Dictionary(
      uniqueKeysWithValues: bill.components.map { ($0.reference, identifiers.new($0.spdxName)) })
    var known: [BillOfMaterials.Source: String] = [:]
    func id(_ component: BillOfMaterials.Component) -> String { own[component.reference] ?? "" }
    for component in bill.components {
      let this = id(component)
      relationships.append(Self.relationship(image, "CONTAINS", this))
      packages.append(self.component(component, this))
      relationships += component.dependencies.compactMap { own[$0] }.map {
        Self.relationship(this, "DEPENDS_ON", $0)
      }
      for (source, isPatch) in component.sources.map({ ($0, false) }) + component.patches.map({ ($0, true) }) {
        let other = known[source] ?? identifiers.new("Source-\(source.name)")
        if known.updateValue(other, forKey: source) == nil { packages.append(self.source(source, other)) }
        relationships.append(
          isPatch
            ? Self.relationship(other, "PATCH_FOR", this) : Self.relationship(this, "GENERATED_FROM", other))
      }
      for file in component.files {
        let other = identifiers.new("File-\(SHA256.digest(of: file.path.bytes).hex.prefix(16))")
        files.append(Self.file(file, other))
        relationships.append(Self.relationship(this, "CONTAINS", other))
      }
    }
    for tool in bill.tools {
      let other = identifiers.new("Tool-\(tool.name)")
      packages.append(
        package(
          other, tool.name,
          [
            "versionInfo": .string(tool.version), "primaryPackagePurpose": "APPLICATION",
            "summary": .string(tool.description),
          ]))
      relationships.append(Self.relationship(other, "BUILD_TOOL_OF", image))
    }
    let licenses = self.licenses
    return [
      "packages": .array(packages), "files": .array(files),
      "relationships": .array(relationships),
    ] + (licenses.isEmpty ? [:] : ["hasExtractedLicensingInfos": .array(licenses)])
  }

  // MARK: Packages

  private func package(_ id: String, _ name: String, _ more: JSON) -> JSON {
    let head: JSON = ["SPDXID": .string(id), "name": .string(name)]
    let rest: JSON = ["downloadLocation": Self.unknown, "filesAnalyzed": false]
    return head + more + rest
  }

  private func component(_ component: BillOfMaterials.Component, _ id: String) -> JSON {
    var json: JSON = ["SPDXID": .string(id), "name": .string(component.name)]
    func add(_ name: String, _ text: String) {
      if !text.isEmpty { json = json + .object([JSON.Member(name: name, value: .string(text))]) }
    }
    add("versionInfo", component.version)
    add("summary", component.description)
    add("homepage", component.homepage)
    add("sourceInfo", component.origin)
    add("primaryPackagePurpose", component.kind == .kernel ? "OPERATING-SYSTEM" : "")
    add("comment", component.use.map { $0.isEmpty ? "" : "USE: \($0.joined(separator: " "))" } ?? "")
    let location = component.sources.lazy.compactMap(Self.location).first
    json = json + ["supplier": Self.unknown, "downloadLocation": location ?? Self.unknown]
    if let artifact = component.artifact {
      json =
        json + [
          "packageFileName": .string(artifact.name),
          "checksums": [Self.checksum("SHA256", artifact.digest.hex)],
        ]
    }
    json = json + ["filesAnalyzed": .bool(!component.files.isEmpty)]
    if !component.files.isEmpty {
      let digests = component.files.map(\.digests.sha1).sorted().joined()
      json =
        json + [
          "packageVerificationCode": [
            "packageVerificationCodeValue": .string(SHA1.digest(of: Array(digests.utf8)))
          ]
        ]
    }
    json =
      json + [
        "licenseConcluded": Self.unknown,
        "licenseDeclared": bill.license(of: component).map { .string($0) } ?? Self.unknown,
        "copyrightText": Self.unknown,
      ]
    let references =
      [("PACKAGE-MANAGER", "purl", component.purl), ("SECURITY", "cpe23Type", component.cpe)]
      .filter { !$0.2.isEmpty }.map { category, type, locator -> JSON in
        [
          "referenceCategory": .string(category), "referenceType": .string(type),
          "referenceLocator": .string(locator),
        ]
      }
    return references.isEmpty ? json : json + ["externalRefs": .array(references)]
  }

  private func source(_ source: BillOfMaterials.Source, _ id: String) -> JSON {
    let location = Self.location(source)
    let checksums = source.digests.compactMap { Self.checksum($0) }
    let json: JSON = [
      "SPDXID": .string(id), "name": .string(source.name), "primaryPackagePurpose": "SOURCE",
      "downloadLocation": location ?? Self.unknown, "filesAnalyzed": false,
    ]
    let origin: JSON =
      location != nil || source.uri.isEmpty ? [:] : ["sourceInfo": .string("Comes from \(source.uri)")]
    return json + origin + (checksums.isEmpty ? [:] : ["checksums": .array(checksums)])
  }

  /// Its URI, if that is of a scheme that the format allows.
  private static func location(_ source: BillOfMaterials.Source) -> JSON? {
    let isAllowed = ["https://", "http://", "ftp://"].contains { source.uri.hasPrefix($0) }
    return isAllowed ? .string(source.uri) : nil
  }

  private static func checksum(_ checksum: BillOfMaterials.Checksum) -> JSON? {
    let names = [
      "MD5": "MD5", "SHA1": "SHA1", "SHA256": "SHA256", "SHA512": "SHA512", "SHA3_256": "SHA3-256",
      "SHA3_512": "SHA3-512", "BLAKE2B": "BLAKE2b-512",
    ]
    return names[checksum.algorithm].map { self.checksum($0, checksum.value) }
  }

  private static func checksum(_ algorithm: String, _ value: String) -> JSON {
    ["algorithm": .string(algorithm), "checksumValue": .string(value)]
  }

  // MARK: Files, relationships and licences

  private static func file(_ file: BillOfMaterials.File, _ id: String) -> JSON {
    [
      "SPDXID": .string(id), "fileName": .string("./\(file.path)"),
      "checksums": [checksum("SHA1", file.digests.sha1), checksum("SHA256", file.digests.sha256.hex)],
    ]
  }

  private static func relationship(_ left: String, _ type: String, _ right: String) -> JSON {
    [
      "spdxElementId": .string(left), "relationshipType": .string(type), "relatedSpdxElement": .string(right),
    ]
  }

  /// The licences that have no identifier in SPDX.
  private var licenses: [JSON] {
    bill.licenses.sorted { $0.key < $1.key }.compactMap { name, license in
      guard case .text(let text) = license else { return nil }
      return [
        "licenseId": .string(LicenseExpression.reference(name)), "name": .string(name),
        "extractedText": .string(text.isEmpty ? "The repositories do not have the text of '\(name)'." : text),
      ]
    }
  }
}

/// Gives out identifiers of a document, each once.
struct SPDXIdentifiers {
  private var known: Set<String> = []

  /// `SPDXRef-NAME` with other characters than letters, digits, `.` and `-` replaced, and a number if that is taken.
  mutating func new(_ name: String) -> String {
    let plain =
      "SPDXRef-"
      + name.map { character in
        switch character {
        case "a"..."z", "A"..."Z", "0"..."9", ".", "-": String(character)
        default: "-"
        }
      }.joined()
    var id = plain
    var number = 2
    while !known.insert(id).inserted {
      id = "\(plain)-\(number)"
      number += 1
    }
    return id
  }
}

extension BillOfMaterials.Component {
  /// Without the slot if that is 0.
  fileprivate var spdxName: String {
    "Package-" + (reference.hasSuffix(":0") ? String(reference.dropLast(2)) : reference)
  }
}
