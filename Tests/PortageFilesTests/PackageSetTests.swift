import Platform
import Stamps
import TestSupport
import Testing

@testable import PortageFiles

struct PackageSetTests {
  private func members(of tree: TestTree, _ name: String = "build", variants: [String] = []) throws -> [String]
  {
    try PackageSet(named: name, in: tree.path, variants: variants).members.map { "\($0.atom) \($0.place)" }
  }

  @Test func atomsAreSortedAndUniqueWithTheirFirstPlace() throws {
    let tree = try TestTree([
      "sets/build.packages": "# tools\n\nb/two  # why\r\n\ta/one\nb/two\n=a/one-1[y,x]\n=a/one-1[x,y]\n"
    ])
    #expect(
      try members(of: tree) == [
        "=a/one-1[x,y] sets/build.packages:6", "a/one sets/build.packages:4", "b/two sets/build.packages:3",
      ])
  }

  @Test func commentsOrderAndSpaceMakeNoDifference() throws {
    let one = try TestTree(["sets/build.packages": "a/one\nb/two\n"])
    let other = try TestTree(["sets/build.packages": "#x\n  b/two\t# y\n\na/one\na/one"])
    let listings = try [one, other].map { try PackageSet(named: "build", in: $0.path).listing }
    #expect(listings[0].entries.map(\.key) == listings[1].entries.map(\.key))
    #expect(listings[0].entries.map(\.key) == ["a/one", "b/two"].map { Array($0.utf8) })
    #expect(listings[1].entries.map(\.place) == ["sets/build.packages:4", "sets/build.packages:2"])
  }

  @Test func aVariantAddsToTheCommonFile() throws {
    let tree = try TestTree([
      "sets/build.packages": "a/common\n@base\n", "sets/demo/build.packages": "a/demo\n",
      "sets/base.packages": "a/base\n", "sets/demo/base.packages": "a/demobase\n",
      "sets/demo/own.packages": "@build\n",
    ])
    #expect(
      try members(of: tree, variants: ["demo"]) == [
        "a/base sets/base.packages:1", "a/common sets/build.packages:1", "a/demo sets/demo/build.packages:1",
        "a/demobase sets/demo/base.packages:1",
      ])
    #expect(
      try members(of: tree) == ["a/base sets/base.packages:1", "a/common sets/build.packages:1"])
    #expect(try members(of: tree, "own", variants: ["demo"]).count == 4)
  }

  @Test func whatWasLookedAtCoversAbsentFiles() throws {
    let tree = try TestTree(["sets/build.packages": "@base", "sets/base.packages": ""])
    let recorder = ReadRecorder()
    _ = try PackageSet(named: "build", in: tree.path, variants: ["demo"], recorder: recorder)
    #expect(
      recorder.paths.map { $0.relative(to: tree.path)?.description } == [
        "sets/build.packages", "sets/base.packages", "sets/demo/base.packages", "sets/demo/build.packages",
      ])
  }

  private func refuses(
    _ build: String, _ text: String, and more: [(String, String)] = [], variants: [String] = [],
    _ location: SourceLocation = #_sourceLocation
  ) throws {
    let tree = try TestTree(["sets/build.packages": build])
    for (name, content) in more { try tree.write(name, content) }
    let found = message {
      _ = try PackageSet(named: "build", in: tree.path, variants: variants)
    }
    #expect(found == text, sourceLocation: location)
  }

  @Test func badLines() throws {
    let file = "sets/build.packages"
    try refuses(
      "a/b\nvim\n", "\(file):2: 'vim' has no category: write 'CATEGORY/NAME', as in 'app-editors/vim'")
    try refuses(
      "a/b c/d",
      "\(file):1: 'a/b' and 'c/d' are on one line, but Portage only reads the first: write one atom per line")
    try refuses(
      "\r\n\r\n-a/b",
      "\(file):3: '-a/b' begins with '-' and would be taken for an option: to leave a package out, delete its line"
    )
    try refuses(
      "!a/b",
      "\(file):1: '!a/b' is a blocker, but a set can only name packages to install: to keep a package out, put it in package.mask"
    )
    try refuses(
      "a/b[x?]",
      "\(file):1: 'a/b[x?]' has a USE dependency on the flags of a parent package, but a set has no parent: write '[flag]' or '[-flag]'"
    )
    try refuses(
      "@../x", "\(file):1: '@../x' is not the name of a set: write '@NAME' for NAME.packages beside this file")
    try refuses(
      "@", "\(file):1: '@' is not the name of a set: write '@NAME' for NAME.packages beside this file")
    try refuses(
      "a/b#c", "\(file):1: 'a/b#c' has '#' in its name, which may only hold letters, digits and '+', '_', '-'"
    )
  }

  @Test func badIncludes() throws {
    let file = "sets/build.packages"
    try refuses(
      "@tols", "\(file):1: '@tols' names no set: there is no sets/tols.packages: did you mean '@tools'?",
      and: [("sets/tools.packages", "")])
    try refuses(
      "\n@x", "\(file):2: '@x' names no set: there is no sets/x.packages nor sets/demo/x.packages",
      variants: ["demo"])
    try refuses(
      "@build", "\(file):1: the set includes itself: @build → @build: remove one of the includes")
    try refuses(
      "a/b\n@base",
      "sets/more.packages:2: the set includes itself: @base → @more → @base: remove one of the includes",
      and: [("sets/base.packages", "@more"), ("sets/more.packages", "#\n@base")])
  }

  @Test func badFiles() throws {
    let tree = try TestTree(["sets/install.packages": "a/b", "sets/folder.packages/": ""])
    let read = { (name: String, variants: [String]) in
      message { _ = try PackageSet(named: name, in: tree.path, variants: variants) }
    }
    #expect(
      read("instal", [])
        == "sets/instal.packages: there is no set 'instal': this file does not exist: did you mean 'install'?"
    )
    #expect(
      read("zzz", ["demo"])
        == "sets/zzz.packages: there is no set 'zzz': neither this file nor sets/demo/zzz.packages exists")
    #expect(read("folder", []) == "sets/folder.packages: is a folder where a file is expected")
    try tree.write("sets/latin.packages", bytes: Array("a/b\n# caf".utf8) + [0xE9, 0x0A])
    #expect(read("latin", []) == "sets/latin.packages:2: a byte that is not UTF-8: save the file as UTF-8")
    try tree.makeFIFO("sets/fifo.packages")
    #expect(read("fifo", []) == "sets/fifo.packages: is a FIFO, not a file or a folder: remove it")
  }

  @Test func manyDiamondsAreReadOnce() throws {
    let tree = try TestTree()
    for level in 0..<40 {
      try tree.write("sets/s\(level).packages", "@s\(level + 1)\n@s\(level + 1)\n")
    }
    try tree.write("sets/s40.packages", "a/b")
    #expect(try members(of: tree, "s0") == ["a/b sets/s40.packages:1"])
  }
}

struct BootstrapListTests {
  private func steps(_ content: String) throws -> [String] {
    let tree = try TestTree(["profiles/demo/bootstrap.packages": content])
    return try BootstrapList(files: [tree.path / "profiles/demo/bootstrap.packages"], in: tree.path).steps
      .map { "\($0.atom)|\($0.flags.joined(separator: " "))|\($0.place)" }
  }

  @Test func keepsTheOrder() throws {
    #expect(
      try steps("# cycles\nsys-libs/libcap -pam static\n\na/b # plain\nsys-libs/libcap\n") == [
        "sys-libs/libcap|-pam static|profiles/demo/bootstrap.packages:2",
        "a/b||profiles/demo/bootstrap.packages:4", "sys-libs/libcap||profiles/demo/bootstrap.packages:5",
      ])
    let tree = try TestTree()
    #expect(try BootstrapList(files: [tree.path / "none"], in: tree.path).steps.isEmpty)
  }

  @Test func listsOrderAndFlags() throws {
    let tree = try TestTree(["b": "x/y -pam\na/b\nx/y"])
    let listing = try BootstrapList(files: [tree.path / "b"], in: tree.path).listing
    let texts = listing.entries.map { String(decoding: $0.key + [0x3D] + $0.value, as: UTF8.self) }
    #expect(texts == ["a/b=2", "x/y=1 -pam", "x/y (2)=3"])
  }

  @Test func badLines() throws {
    let file = "profiles/demo/bootstrap.packages"
    func refuses(_ content: String, _ text: String, _ location: SourceLocation = #_sourceLocation) {
      #expect(message { _ = try steps(content) } == "\(file):\(text)", sourceLocation: location)
    }
    refuses("libcap -pam", "1: 'libcap' has no category: write 'CATEGORY/NAME', as in 'app-editors/vim'")
    refuses(
      "\na/b c/d",
      "2: 'a/b' and 'c/d' are on one line, but Portage only reads the first: write one atom per line")
    refuses("a/b +pam", "1: '+pam' is not a USE flag: write 'flag' or '-flag' after the atom")
    refuses("a/b --pam", "1: '--pam' is not a USE flag: write 'flag' or '-flag' after the atom")
    refuses("a/b -pam pam", "1: USE flag 'pam' is on the line twice: write it once")
    refuses(
      "a/b[x=]",
      "1: 'a/b[x=]' has a USE dependency on the flags of a parent package, but a set has no parent: write '[flag]' or '[-flag]'"
    )
  }
}
