import Testing

@testable import PortageFiles
@testable import TextKit

/// `category/name::repository` in the files of a configuration.
extension AgreementTests {
  @Test(
    "a line of a repository that is not there says nothing to Portage, and is an error",
    arguments: [
      ("package.use", "colour"), ("package.mask", ""), ("package.unmask", ""),
      ("package.accept_keywords", "~amd64"),
      ("package.keywords", "~amd64"), ("package.license", "GPL-2 EULA-1"),
      ("package.properties", "interactive"),
      ("package.accept_restrict", "bindist"), ("package.env", "a"),
    ], ["app-misc/leaf", ">=app-misc/leaf-1", "app-misc/leaf:0", "app-misc/*", "*/*"])
  func atomsOfRepositories(_ line: (file: String, words: String), _ atom: String) throws {
    let world = try ConfigurationWorld(Self.oracle.get())
    let layout = "/repository/metadata/layout.conf"
    try world.write([
      layout: "masters =\naliases = little\nprofile-formats = portage-2\n", "env/a": "CFLAGS=-O1\n",
      "/repository/profiles/base/package.mask": line.file == "package.unmask" ? "app-misc/leaf\n" : nil,
    ])
    let plain = try world.view().answer
    #expect(plain["error"] == nil, "\(plain.line)")
    func write(_ name: String) throws {
      try world.write(["\(line.file)/x": "# why\n\(atom)::\(name) \(line.words)\n"])
    }
    try write("tiny")
    #expect(try world.view().answer != plain)
    // Portage finds a repository by its alias, but compares names.
    for name in ["tin", "little"] {
      try write(name)
      #expect(try world.answer() == plain, "\(name)")
      let error = try #require(throws: SourceError.self) { try world.view() }
      let place = "\(world.path("\(line.file)/x")):2"
      let hint = name == "tin" ? ": did you mean 'tiny'?" : ""
      #expect(
        error.description
          == "\(place): '\(atom)::\(name)' is of a repository '\(name)', which is none of REPOSITORIES\(hint); add its folder there"
      )
    }
  }
}
