import Platform
import Testing
import TextKit

/// The statement of what an image was built from: held against the files themselves, git and, where they are installed, the
/// types of in-toto.
@Suite struct ProvenanceTests {
  private static let file = "provenance.intoto.json"
  private static let repository = "profiles/tiny/repository"

  private func statement(_ tree: ImageTree) throws -> JSON {
    let file = tree.images / Path(Self.file)
    let json = try #require(JSONReader.value(of: try File.read(file)))
    if let folder = Environment.value("SBOM_VALIDATORS").map({ Path(bytes: $0) }) {
      let program = """
        import json, sys
        from google.protobuf import json_format
        from in_toto_attestation.predicates.provenance.v1.provenance_pb2 import Provenance
        from in_toto_attestation.v1.resource_descriptor import ResourceDescriptor
        from in_toto_attestation.v1.statement import Statement
        from in_toto_attestation.v1.statement_pb2 import Statement as Message
        document = json.load(open(sys.argv[1]))
        Statement.copy_from_pb(json_format.ParseDict(document, Message())).validate()
        predicate = json_format.ParseDict(document["predicate"], Provenance())
        for dependency in predicate.build_definition.resolved_dependencies:
            ResourceDescriptor.copy_from_pb(dependency).validate()
        """
      let validator = try tree.output(["env", "\(folder / "python")", "-c", program, "\(file)"])
      #expect(validator.status == 0, "\(validator.output)")
    }
    return json
  }

  private func dependencies(_ statement: JSON) -> [JSON] {
    statement["predicate"]?["buildDefinition"]?["resolvedDependencies"]?.elements ?? []
  }

  private func commits(_ tree: ImageTree) throws -> [String: String] {
    let all = try dependencies(statement(tree)).compactMap { entry in
      entry["digest"]?["gitCommit"]?.text.map { (entry["name"]?.text ?? "", $0) }
    }
    return Dictionary(uniqueKeysWithValues: all)
  }

  private func build(_ tree: ImageTree, at location: SourceLocation = #_sourceLocation) throws -> [String] {
    let build = try tree.sysbuild(["image"])
    try #require(build.status == 0, "\(build.output)", sourceLocation: location)
    return ImageTree.ran(build.output)
  }

  @Test("it names each published file, and what these were made from, with digests that are those of the files")
  func content() async throws {
    let tree = try await ImageTree()
    let leaf = "\(Self.repository)/app-misc/leaf"
    try tree.edit(
      "\(leaf)/leaf-1.ebuild", "S=\"${WORKDIR}\"",
      "SRC_URI=\"https://example.org/${P}.tar.gz\"\nS=\"${WORKDIR}\"")
    try tree.run([
      "sh", "-c",
      """
      set -eu
      mkdir -p "$2"
      echo leaf | gzip >"$2/leaf-1.tar.gz"
      tar -czf "$2/leaf-1.tar.gz" -C "$1" leaf-1.ebuild
      echo "DIST leaf-1.tar.gz $(stat -c %s "$2/leaf-1.tar.gz") SHA512 $(sha512sum <"$2/leaf-1.tar.gz" | cut -d' ' -f1)" \
        >"$1/Manifest"
      """, "sh", "\(tree.source)/\(leaf)", "\(tree.build)/distfiles",
    ])
    try tree.write("profiles/tiny/pseudo-files", "/etc m 755 0 0\n")
    _ = try build(tree)
    let statement = try statement(tree)
    #expect(statement["_type"] == "https://in-toto.io/Statement/v1")
    #expect(statement["predicateType"] == "https://slsa.dev/provenance/v1")

    // SHA256SUMS, which sha256sum checks, has all of them and the statement.
    try tree.run(["sh", "-c", "cd \(tree.images) && sha256sum --check --quiet SHA256SUMS"])
    let sums = String(decoding: try File.read(tree.images / "SHA256SUMS"), as: UTF8.self).split(separator: "\n")
    let subjects = (statement["subject"]?.elements ?? []).map { subject in
      "\(subject["digest"]?["sha256"]?.text ?? "")  \(subject["name"]?.text ?? "")"
    }
    #expect(subjects == sums.filter { !$0.hasSuffix(Self.file) }.map(String.init) && sums.count == 7)

    let dependencies = dependencies(statement)
    let files = dependencies.compactMap { entry in
      entry["digest"]?["sha256"]?.text.map { "\($0)  \(entry["name"]?.text ?? "")" }
    }
    let expected = try tree.run([
      "sh", "-c",
      "cd \(tree.source) && sha256sum $(find profiles/tiny/overlay -type f) profiles/tiny/kernel.config profiles/tiny/pseudo-files",
    ])
    #expect(files.sorted() == expected.split(separator: "\n").map(String.init).sorted())
    let source = try #require(dependencies.first { $0["name"] == "leaf-1.tar.gz" })
    #expect(source["uri"] == "https://example.org/leaf-1.tar.gz")
    let digest = try tree.run(["sha512sum", "\(tree.build)/distfiles/leaf-1.tar.gz"]).prefix { $0 != " " }
    #expect(source["digest"]?["sha512"]?.text == String(digest))
    // What each package was made from is what packages.lock says.
    let lock = String(decoding: try File.read(tree.images / "packages.lock"), as: UTF8.self)
    let packages = dependencies.compactMap { $0["digest"]?["sysbuildListing"]?.text }.filter {
      $0.utf8.count == 64
    }
    let locked = lock.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { $0.split(separator: " ")[2] }
    #expect(Set(packages) == Set(locked.map(String.init)) && !packages.isEmpty)
    let gcc = try tree.run(["sh", "-c", "x86_64-linux-gnu-gcc --version | head -n 1"]).prefix { $0 != "\n" }
    #expect(dependencies.contains { $0["name"]?.text?.hasPrefix("\(gcc), GNU ld") ?? false })

    let parameters = statement["predicate"]?["buildDefinition"]?["externalParameters"]
    #expect(parameters?["variant"] == "tiny" && parameters?["variables"]?["IMAGES"] == "squashfs")
    let builder = { (json: JSON) in json["predicate"]?["runDetails"]?["builder"]?["id"]?.text }
    #expect(builder(statement) == "urn:sysbuild:builder")
    #expect(try tree.sysbuild(["BUILDER_ID=https://ci.example.org/builds"]).status == 0)
    #expect(try builder(self.statement(tree)) == "https://ci.example.org/builds")
  }

  @Test("the commits of the source tree and of repositories are in it, unless there are changes besides")
  func commits() async throws {
    let followed = try await FollowedRepository()
    let tree = followed.tree
    func git(_ words: String...) throws -> String {
      let identity = ["-c", "user.name=x", "-c", "user.email=x@example.org"]
      return String(try tree.run(["git", "-C", "\(tree.source)"] + identity + words).prefix { $0 != "\n" })
    }
    try tree.write(".gitignore", "/\(FollowedRepository.name)/\n")
    _ = try git("init", "--quiet", "--initial-branch=main")
    _ = try git("add", "--all")
    _ = try git("commit", "--quiet", "--message=first")
    #expect(try build(tree) == ["image"])
    let repository = String(try followed.clone("rev-parse", "HEAD").prefix { $0 != "\n" })
    #expect(
      try commits(tree) == [
        "the source tree": try git("rev-parse", "HEAD"), "the repository tiny": repository,
      ])
    let published = try File.read(tree.images / Path(Self.file))

    // A commit of something else is another statement about the same image.
    try tree.write("README", "Read me.\n")
    #expect(try build(tree).isEmpty)
    _ = try git("add", "README")
    _ = try git("commit", "--quiet", "--message=second")
    let preview = try tree.sysbuild(["-n"])
    #expect(preview.output.contains("variable SOURCE_COMMITS: "), "\(preview.output)")
    #expect(try build(tree) == ["image"])
    #expect(try commits(tree)["the source tree"] == git("rev-parse", "HEAD"))
    // The same sources give the same bytes.
    _ = try git("checkout", "--quiet", "HEAD^")
    #expect(try build(tree) == ["image"])
    #expect(try File.read(tree.images / Path(Self.file)) == published)

    // What is not committed is not of that commit.
    try tree.append("CONFIG_MORE=y", to: "profiles/tiny/kernel.config")
    _ = try build(tree)
    #expect(try commits(tree) == ["the repository tiny": repository])
  }
}
