import Stamps
import TextKit

/// Writes a bill of materials as CycloneDX 1.6 in JSON. There is no time in it: the serial number follows from the rest.
struct CycloneDXDocument {
  private let bill: BillOfMaterials

  init(_ bill: BillOfMaterials) { self.bill = bill }

  /// The text. Each file is on a line of its own.
  var text: String {
    let content = self.content
    let head: JSON = [
      "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
      "bomFormat": "CycloneDX", "specVersion": "1.6",
      "serialNumber": .string("urn:uuid:\(StableIdentifier.uuid(of: content.line))"), "version": 1,
    ]
    return (head + content).pretty(rows: ["occurrences", "hashes", "properties", "patches", "dependsOn"]) + "\n"
  }

  private static let image = "image"

  private var content: JSON {
    let packages = bill.components.map(\.reference)
    let dependencies =
      [(Self.image, packages)] + bill.components.map { ($0.reference, $0.dependencies) }
    return [
      "metadata": [
        "tools": ["components": [["type": "application", "name": "sysbuild"]]],
        "component": [
          "type": "operating-system", "bom-ref": .string(Self.image), "name": .string(bill.name),
        ],
      ],
      "components": .array(bill.components.map(component)),
      "dependencies": .array(
        dependencies.map { reference, needs in
          ["ref": .string(reference), "dependsOn": .array(needs.map { .string($0) })]
        }),
    ] + (bill.tools.isEmpty ? [:] : ["formulation": [["components": .array(bill.tools.map(tool))]]])
  }

  private func component(_ component: BillOfMaterials.Component) -> JSON {
    let type: JSON =
      switch component.kind {
      case .package: "library"
      case .kernel: "operating-system"
      case .files: "data"
      }
    // Tools look packages up by their names without a category.
    let names =
      component.kind == .package ? component.name.split(separator: "/").map(String.init) : [component.name]
    var json: JSON = ["type": type, "bom-ref": .string(component.reference)]
    if names.count > 1 { json = json + ["group": .string(names[0])] }
    json = json + ["name": .string(names.last ?? "")]
    func add(_ name: String, _ text: String) {
      if !text.isEmpty { json = json + .object([JSON.Member(name: name, value: .string(text))]) }
    }
    add("version", component.version)
    add("description", component.description)
    if let artifact = component.artifact {
      json = json + ["hashes": [["alg": "SHA-256", "content": .string(artifact.digest.hex)]]]
    }
    if let license = bill.license(of: component) {
      json = json + ["licenses": [["expression": .string(license)]]]
    }
    add("cpe", component.cpe)
    add("purl", component.purl)
    if !component.patches.isEmpty {
      let patches = component.patches.map { patch -> JSON in
        ["type": "unofficial", "diff": ["url": .string(Self.reference(patch.name))]]
      }
      json = json + ["pedigree": ["patches": .array(patches)]]
    }
    let references = self.references(of: component)
    if !references.isEmpty { json = json + ["externalReferences": .array(references)] }
    let properties = self.properties(of: component)
    if !properties.isEmpty { json = json + ["properties": .array(properties)] }
    if !component.files.isEmpty {
      let files = component.files.map { ["location": .string("/\($0.path)")] as JSON }
      json = json + ["evidence": ["occurrences": .array(files)]]
    }
    return json
  }

  private func references(of component: BillOfMaterials.Component) -> [JSON] {
    let page: [JSON] =
      component.homepage.isEmpty ? [] : [["type": "website", "url": .string(component.homepage)]]
    return page
      + component.sources.map { source in
        let type = component.kind == .kernel ? "configuration" : "source-distribution"
        let json: JSON = [
          "type": .string(type), "url": .string(source.uri.isEmpty ? Self.reference(source.name) : source.uri),
        ]
        let hashes = source.digests.compactMap(Self.hash)
        return hashes.isEmpty ? json : json + ["hashes": .array(hashes)]
      }
  }

  private func properties(of component: BillOfMaterials.Component) -> [JSON] {
    let settings =
      (component.use ?? []).map { ("use", $0) } + component.options.map { ("kernel:option", $0) }
      + component.patches.flatMap { patch in
        patch.digests.map { ("patch:\($0.algorithm.lowercased())", "\($0.value) \(patch.name)") }
      } + (component.origin.isEmpty ? [] : [("origin", component.origin)])
    return settings.map { ["name": .string("sysbuild:\($0)"), "value": .string($1)] }
  }

  private func tool(_ tool: BillOfMaterials.Tool) -> JSON {
    [
      "type": "application", "name": .string(tool.name), "version": .string(tool.version),
      "description": .string(tool.description),
    ]
  }

  private static func hash(_ checksum: BillOfMaterials.Checksum) -> JSON? {
    let names = [
      "MD5": "MD5", "SHA1": "SHA-1", "SHA256": "SHA-256", "SHA512": "SHA-512", "SHA3_256": "SHA3-256",
      "SHA3_512": "SHA3-512", "BLAKE2B": "BLAKE2b-512",
    ]
    return names[checksum.algorithm].map { ["alg": .string($0), "content": .string(checksum.value)] }
  }

  /// A name of a file as a relative reference (RFC 3986).
  private static func reference(_ name: String) -> String {
    name.utf8.map { byte in
      let isPlain = (0x21..<0x7F).contains(byte) && !#""%<>\^`{|}#?:[]"#.utf8.contains(byte)
      return isPlain
        ? String(Unicode.Scalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }.joined()
  }
}
