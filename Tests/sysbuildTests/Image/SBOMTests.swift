import Platform
import Testing
import TextKit

/// The bills of materials of an image: held against the image itself, Portage's database and, if there are any, the
/// validators of SPDX and CycloneDX.
@Suite struct SBOMTests {
  private static let kinds = ["spdx", "cdx"]
  private let repository = "profiles/tiny/repository"

  private func file(_ kind: String, in folder: Path) -> Path { folder / "sbom.\(kind).json" }

  private func lines(_ tree: ImageTree) throws -> [String: [String]] {
    let texts = try Self.kinds.map { kind in
      let text = String(decoding: try File.read(file(kind, in: tree.images)), as: UTF8.self)
      return (kind, text.split(separator: "\n").map(String.init))
    }
    return Dictionary(uniqueKeysWithValues: texts)
  }

  private func json(_ kind: String, in folder: Path) throws -> JSON {
    try #require(JSONReader.value(of: try File.read(file(kind, in: folder))))
  }

  @Test(
    "each file of the image is in the bills of materials, whatever it is called, with its digests and an owner")
  func files() async throws {
    let tree = try await ImageTree()
    // Two checkouts, since the tree could not be put back with such names in it.
    let machines = try ["first", "second"].map { name in
      let machine = try OtherMachine(tree, name, cache: "")
      try tree.run(
        [
          "sh", "-c",
          #"""
          cd "$1"
          printf a > "$(printf 'b"ck\\slash')"
          printf b > "$(printf 'tab\tline\nend')"
          printf c > "$(printf 'no\377text')"
          """#,
          "sh", "\(machine.folder)/checkout/profiles/tiny/overlay/etc",
        ])
      let build = try machine.sysbuild(["image"])
      try #require(build.status == 0, "\(build.output)")
      return machine.folder
    }
    defer { for folder in machines { try? Directory.removeTree(folder) } }
    let root = machines[0] / "out/rootfs"
    let published = machines[0] / "published"
    for kind in Self.kinds {
      #expect(try File.read(file(kind, in: published)) == File.read(file(kind, in: machines[1] / "published")))
    }
    try validate(published, tree)
    let spdx = try json("spdx", in: published)
    let cdx = try json("cdx", in: published)

    // With -z a name is as it is; NUL is what no name has.
    func sums(_ program: String) throws -> [Path: String] {
      let text = try tree.run(
        [
          "sh", "-c",
          "cd \(root) && find . -path ./var/db -prune -o -path ./var/cache -prune -o "
            + "-path ./var/lib/portage -prune -o -type f -print0 | xargs -0 \(program) -z | od -An -v -t u1",
        ])
      let bytes = text.split(whereSeparator: \.isWhitespace).compactMap { UInt8($0) }
      let width = program == "sha1sum" ? 40 : 64
      return Dictionary(
        uniqueKeysWithValues: bytes.split(separator: 0).map { line in
          (Path(bytes: line.dropFirst(width + 2)), String(decoding: line.prefix(width), as: UTF8.self))
        })
    }
    let files = spdx["files"]?.elements ?? []
    for (program, name) in [("sha1sum", "SHA1"), ("sha256sum", "SHA256")] {
      let expected = Dictionary(
        uniqueKeysWithValues: try sums(program).map {
          (($0.relative(to: ".").map { "./\($0)" } ?? "\($0)"), $1)
        })
      let found = files.map { file in
        let checksum = file["checksums"]?.elements.first { $0["algorithm"]?.text == name }
        return (file["fileName"]?.text ?? "", checksum?["checksumValue"]?.text ?? "")
      }
      #expect(Dictionary(found) { first, _ in first } == expected && found.count == expected.count)
      #expect(expected.count > 10)
    }
    let locations = (cdx["components"]?.elements ?? []).flatMap { component in
      (component["evidence"]?["occurrences"]?.elements ?? []).compactMap { $0["location"]?.text }
    }
    #expect(
      locations.sorted() == files.compactMap { $0["fileName"]?.text?.dropFirst() }.map(String.init).sorted())

    // What relationships name is there, and each file is in one part.
    let relationships = spdx["relationships"]?.elements ?? []
    let ids =
      ["SPDXRef-DOCUMENT"] + ((spdx["packages"]?.elements ?? []) + files).compactMap { $0["SPDXID"]?.text }
    #expect(Set(ids).count == ids.count)
    let named = relationships.flatMap { [$0["spdxElementId"]?.text, $0["relatedSpdxElement"]?.text] }
    #expect(Set(named.compactMap(\.self)) == Set(ids))
    let contained = relationships.filter { $0["relationshipType"]?.text == "CONTAINS" }
      .compactMap { $0["relatedSpdxElement"]?.text }.filter { $0.hasPrefix("SPDXRef-File-") }
    #expect(contained.count == files.count && Set(contained).count == files.count)

    // Portage's database says what needs what.
    let needs = (cdx["dependencies"]?.elements ?? []).first { $0["ref"]?.text == "app-misc/leaf:0" }
    let recorded = try File.read(root / "var/db/pkg/app-misc/leaf-1/RDEPEND")
    #expect(
      needs?["dependsOn"]?.elements.compactMap(\.text)
        == String(decoding: recorded, as: UTF8.self).split(whereSeparator: \.isWhitespace).map { "\($0):0" })
    let tools = cdx["formulation"]?.elements.flatMap { $0["components"]?.elements ?? [] }
    #expect(tools?.compactMap { $0["name"]?.text } == ["binutils", "gcc"])
  }

  @Test("a change of the sources changes the lines about it, and no others")
  func changes() async throws {
    let tree = try await ImageTree()
    let leaf = "\(repository)/app-misc/leaf/leaf"
    try await expect(
      tree,
      [
        "cdx": [
          #"- "version": "1","#, #"- "cpe": "cpe:2.3:a:*:leaf:1:*:*:*:*:*:*:*","#,
          #"- "purl": "pkg:ebuild/app-misc/leaf@1","#,
          #"- {"name":"sysbuild:origin","value":"Built from app-misc/leaf-1.ebuild of the repository tiny."}"#,
          #"+ "version": "2","#, #"+ "cpe": "cpe:2.3:a:*:leaf:2:*:*:*:*:*:*:*","#,
          #"+ "purl": "pkg:ebuild/app-misc/leaf@2","#,
          #"+ {"name":"sysbuild:origin","value":"Built from app-misc/leaf-2.ebuild of the repository tiny."}"#,
        ],
        "spdx": [
          #"- "versionInfo": "1","#,
          #"- "sourceInfo": "Built from app-misc/leaf-1.ebuild of the repository tiny.","#,
          #"- "packageVerificationCodeValue": "DIGEST""#,
          #"- {"referenceCategory":"PACKAGE-MANAGER","referenceType":"purl","referenceLocator":"pkg:ebuild/app-misc/leaf@1"},"#,
          #"- {"referenceCategory":"SECURITY","referenceType":"cpe23Type","referenceLocator":"cpe:2.3:a:*:leaf:1:*:*:*:*:*:*:*"}"#,
          Self.leafFile("-"),
          #"+ "versionInfo": "2","#,
          #"+ "sourceInfo": "Built from app-misc/leaf-2.ebuild of the repository tiny.","#,
          #"+ "packageVerificationCodeValue": "DIGEST""#,
          #"+ {"referenceCategory":"PACKAGE-MANAGER","referenceType":"purl","referenceLocator":"pkg:ebuild/app-misc/leaf@2"},"#,
          #"+ {"referenceCategory":"SECURITY","referenceType":"cpe23Type","referenceLocator":"cpe:2.3:a:*:leaf:2:*:*:*:*:*:*:*"}"#,
          Self.leafFile("+"),
        ],
      ]
    ) {
      try tree.write("\(leaf)-2.ebuild", tree.read("\(leaf)-1.ebuild"))
    }

    let patch = "etc/portage/patches/app-misc/leaf/add.patch"
    try await expect(
      tree,
      [
        "cdx": [
          #"+ "pedigree": {"#, #"+ "patches": ["#, #"+ {"type":"unofficial","diff":{"url":"\#(patch)"}}"#,
          "+ ]", "+ },",
          #"+ {"name":"sysbuild:patch:sha256","value":"DIGEST \#(patch)"},"#,
        ],
        "spdx": [
          "+ {", #"+ "SPDXID": "SPDXRef-Source-etc-portage-patches-app-misc-leaf-add.patch","#,
          #"+ "name": "\#(patch)","#, #"+ "primaryPackagePurpose": "SOURCE","#,
          #"+ "downloadLocation": "NOASSERTION","#, #"+ "filesAnalyzed": false,"#, #"+ "checksums": ["#,
          #"+ {"algorithm":"SHA256","checksumValue":"DIGEST"}"#, "+ ]", "+ },",
          #"+ {"spdxElementId":"SPDXRef-Source-etc-portage-patches-app-misc-leaf-add.patch","relationshipType":"PATCH_FOR","relatedSpdxElement":"SPDXRef-Package-app-misc-leaf"},"#,
        ],
      ]
    ) {
      try tree.write(
        "profiles/tiny/target/\(patch)", "--- /dev/null\n+++ b/more\n@@ -0,0 +1 @@\n+more\n")
    }

    try await expect(
      tree,
      [
        "cdx": [
          #"- {"alg":"SHA-256","content":"DIGEST"}"#, #"- {"alg":"SHA-256","content":"DIGEST"}"#,
          #"+ {"alg":"SHA-256","content":"DIGEST"}"#, #"+ {"alg":"SHA-256","content":"DIGEST"}"#,
          #"+ {"name":"sysbuild:kernel:option","value":"CONFIG_MORE=y"},"#,
        ],
        "spdx": [
          #"- {"algorithm":"SHA256","checksumValue":"DIGEST"}"#,
          #"- {"algorithm":"SHA256","checksumValue":"DIGEST"}"#,
          #"+ {"algorithm":"SHA256","checksumValue":"DIGEST"}"#,
          #"+ {"algorithm":"SHA256","checksumValue":"DIGEST"}"#,
        ],
      ]
    ) {
      try tree.append("CONFIG_MORE=y", to: "profiles/tiny/kernel.config")
    }

    // What a licence is called, and what it says.
    try await expect(
      tree,
      [
        "cdx": [#"- "expression": "MIT""#, #"+ "expression": "LicenseRef-own""#],
        "spdx": [
          #"- "licenseDeclared": "MIT","#, #"+ "licenseDeclared": "LicenseRef-own","#,
          "+ ],", #"+ "hasExtractedLicensingInfos": ["#, "+ {", #"+ "licenseId": "LicenseRef-own","#,
          #"+ "name": "own","#, #"+ "extractedText": "Do \"as\" you like.\n""#, "+ }",
        ],
      ]
    ) {
      try tree.edit("\(leaf)-2.ebuild", "LICENSE=\"MIT\"", "LICENSE=\"own\"")
      try tree.write("\(repository)/licenses/own", "Do \"as\" you like.\n")
    }
    try await expect(
      tree,
      [
        "cdx": [#"- "expression": "LicenseRef-own""#, #"+ "expression": "BSD-3-Clause""#],
        "spdx": [
          #"- "licenseDeclared": "LicenseRef-own","#, #"+ "licenseDeclared": "BSD-3-Clause","#,
          "- ],", #"- "hasExtractedLicensingInfos": ["#, "- {", #"- "licenseId": "LicenseRef-own","#,
          #"- "name": "own","#, #"- "extractedText": "Do \"as\" you like.\n""#, "- }",
        ],
      ]
    ) {
      try tree.append("BSD-3-Clause = own", to: "\(repository)/metadata/license-mapping.conf")
    }
    #expect(ImageTree.ran(try tree.printed()) == ["resolution", "image"])
  }

  private static func leafFile(_ sign: String) -> String {
    let checksums = ["SHA1", "SHA256"].map { #"{"algorithm":"\#($0)","checksumValue":"DIGEST"}"# }
    return
      #"\#(sign) {"SPDXID":"SPDXRef-File-16508246804eb26a","fileName":"./usr/share/versions/leaf","checksums":[\#(checksums.joined(separator: ","))]},"#
  }

  /// Expects that an edit removes these lines and adds those, beside the one that tells documents apart.
  private func expect(
    _ tree: ImageTree, _ expected: [String: [String]], at location: SourceLocation = #_sourceLocation,
    _ edit: () throws -> Void
  ) async throws {
    let before = try lines(tree)
    try edit()
    let build = try tree.sysbuild(["image"])
    try #require(build.status == 0, "\(build.output)", sourceLocation: location)
    let after = try lines(tree)
    for kind in Self.kinds {
      let difference = (after[kind] ?? []).difference(from: before[kind] ?? [])
      let identity = #/"(serialNumber|documentNamespace)": "urn:uuid:.*"/#
      let changed = difference.map { change -> String in
        switch change {
        case .remove(_, let line, _): "- " + line.trimmed
        case .insert(_, let line, _): "+ " + line.trimmed
        }
      }
      #expect(changed.count { $0.contains(identity) } == 2, sourceLocation: location)
      let rest = changed.filter { !$0.contains(identity) }.map {
        $0.replacing(#/[0-9a-f]{64}|[0-9a-f]{40}/#, with: "DIGEST")
      }
      #expect(rest.sorted() == (expected[kind] ?? []).sorted(), "\(kind)", sourceLocation: location)
    }
    let output = try tree.printed()
    try validate(tree.images, tree)
    try File.write(Array(output.utf8), to: tree.folder / "output")
  }

  /// Runs the validators that SBOM_VALIDATORS names, the folder of the programs of a Python environment.
  private func validate(_ images: Path, _ tree: ImageTree) throws {
    guard let programs = Environment.value("SBOM_VALIDATORS") else { return }
    let folder = Path(bytes: programs)
    let spdx = try tree.output(["sh", "-c", "\(folder)/pyspdxtools -i \(file("spdx", in: images))"])
    #expect(spdx.status == 0 && spdx.output == "", "\(spdx.output)")
    let program = """
      import sys
      from cyclonedx.schema import SchemaVersion
      from cyclonedx.validation.json import JsonStrictValidator
      sys.exit(str(JsonStrictValidator(SchemaVersion.V1_6).validate_str(open(sys.argv[1]).read()) or "") or 0)
      """
    let words = ["\(folder)/python", "-c", program, "\(file("cdx", in: images))"]
    let cdx = try tree.output(["sh", "-c", "exec \"$@\"", "sh"] + words)
    #expect(cdx.status == 0, "\(cdx.output)")
  }
}

extension String {
  fileprivate var trimmed: String { String(drop { $0 == " " }) }
}
