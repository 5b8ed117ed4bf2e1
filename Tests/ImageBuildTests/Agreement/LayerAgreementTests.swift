import Platform
import Stamps
import TestSupport
import Testing

@testable import PortageFiles
@testable import TextKit

/// Two variants that have files of the same name.
private struct LayeredFiles: CustomTestStringConvertible {
  let testDescription: String
  /// By their names in etc/portage.
  let board: [String: String]
  let above: [String: String]
  /// The same in one root; nil if that is each file of `board` with the one of the same name in `above` behind it.
  var joined: [String: String]?

  init(
    _ description: String, _ board: [String: String], _ above: [String: String],
    joined: [String: String]? = nil
  ) {
    testDescription = description
    self.board = board
    self.above = above
    self.joined = joined
  }

  /// One file.
  init(_ name: String, _ board: String, _ above: String) { self.init(name, [name: board], [name: above]) }

  var inOneRoot: [String: String] { joined ?? board.merging(above) { $0 + $1 } }
  var inTheOtherOrder: [String: String] { above.merging(board) { $0 + $1 } }
}

private let cases = [
  LayeredFiles("package.use", "app-misc/leaf colour\n", "app-misc/leaf -colour\n"),
  LayeredFiles(
    "folders, whose files are read after all of the board's", ["package.use/z": "app-misc/leaf colour\n"],
    ["package.use/a": "app-misc/leaf -colour\n"],
    joined: ["package.use/1": "app-misc/leaf colour\n", "package.use/2": "app-misc/leaf -colour\n"]),
  LayeredFiles(
    "a folder and a file", ["package.use/z/y": "app-misc/leaf colour\n"],
    ["package.use": "app-misc/leaf -colour\n"], joined: ["package.use": "app-misc/leaf -colour\n"]),
  LayeredFiles("package.use", "app-misc/leaf:0/0 colour\n", "app-misc/leaf:0 -*\n"),
  LayeredFiles("package.mask", "app-misc/leaf\n", "-app-misc/leaf\n"),
  LayeredFiles(
    "package.unmask", ["package.mask": "app-misc/leaf\n", "package.unmask": "app-misc/leaf\n"],
    ["package.unmask": "-app-misc/leaf\n"]),
  LayeredFiles("package.accept_keywords", "app-misc/leaf -*\n", "app-misc/leaf ~amd64\n"),
  LayeredFiles("package.keywords", "app-misc/leaf -*\n", "app-misc/leaf ~amd64\n"),
  LayeredFiles("package.license", "app-misc/leaf GPL-2 EULA-1\n", "app-misc/leaf -EULA-1\n"),
  LayeredFiles("package.properties", "app-misc/leaf interactive\n", "app-misc/leaf -interactive\n"),
  LayeredFiles("package.accept_restrict", "app-misc/leaf bindist\n", "app-misc/leaf -bindist\n"),
  LayeredFiles(
    "package.env", ["package.env": "app-misc/leaf a\n", "env/a": "CFLAGS=-O1\n"],
    ["package.env": "app-misc/leaf b\n", "env/b": "CFLAGS=-O2\n"]),
  LayeredFiles(
    "a file below env that both have is the one above",
    ["package.env": "app-misc/leaf a\n", "env/a": "CFLAGS=-O1\n", "env/app-misc/leaf": "echo 1\n"],
    ["env/a": "CFLAGS=-O2\n", "env/app-misc/leaf": "echo 2\n"],
    joined: ["package.env": "app-misc/leaf a\n", "env/a": "CFLAGS=-O2\n", "env/app-misc/leaf": "echo 2\n"]),
  LayeredFiles("make.conf", "CFLAGS=-O1\n", "CFLAGS=\"${CFLAGS} -g\"\n"),
  LayeredFiles(
    "what a make.conf sources lies beside it", ["make.conf": "source ./extra\n", "extra": "CFLAGS=-O1\n"],
    ["make.conf": "source extra\n", "extra": "CFLAGS=\"${CFLAGS} -g\"\n"],
    joined: ["make.conf": "CFLAGS=-O1\nCFLAGS=\"${CFLAGS} -g\"\n"]),
  LayeredFiles(
    "make.conf as a folder", ["make.conf/2": "CFLAGS=\"${CFLAGS} -2\"\n", "make.conf/1": "CFLAGS=-O1\n"],
    ["make.conf/1": "CFLAGS=\"${CFLAGS} -g\"\n"],
    joined: ["make.conf": "CFLAGS=-O1\nCFLAGS=\"${CFLAGS} -2\"\nCFLAGS=\"${CFLAGS} -g\"\n"]),
  LayeredFiles("profile/package.use", "app-misc/leaf colour\n", "app-misc/leaf -colour\n"),
  LayeredFiles("profile/package.use.force", "app-misc/leaf colour\n", "app-misc/leaf -colour\n"),
  LayeredFiles(
    "profile/package.use.mask",
    ["profile/package.use.mask": "app-misc/leaf doc\n", "package.use": "app-misc/leaf doc\n"],
    ["profile/package.use.mask": "app-misc/leaf -doc\n"]),
  LayeredFiles("profile/use.force", "colour\n", "-colour\n"),
  LayeredFiles("profile/package.mask", "app-misc/leaf\n", "-app-misc/leaf\n"),
  LayeredFiles("profile/package.provided", "a/b-1\n", "-a/b-1\n"),
  LayeredFiles("profile/soname.provided", "x86_64 a.so\n", "x86_64 -a.so\n"),
  LayeredFiles("profile/use.stable.force", "colour\n", "-colour\n"),
  LayeredFiles(
    "profile/packages, which may not be a folder", ["profile/packages": "*app-misc/leaf\n"],
    ["profile/packages": "*sys-libs/pam\n"], joined: ["profile/packages": "*sys-libs/pam\n"]),
  LayeredFiles("profile/make.defaults", "CFLAGS=-O1\n", "CFLAGS=\"${CFLAGS} -g\"\n"),
  LayeredFiles(
    "profile/package.bashrc",
    ["profile/package.bashrc": "app-misc/leaf x\n", "profile/bashrc/x": ":\n", "profile/eapi": "8\n"],
    ["profile/package.bashrc": "app-misc/leaf y\n", "profile/bashrc/y": ":\n"]),
  LayeredFiles(
    "sets", ["sets/one": "a/b\n", "sets/in/two": "a/b\n"], ["sets/one": "c/d\n", "sets/in/three": "c/d\n"],
    joined: ["sets/one": "c/d\n", "sets/in/two": "a/b\n", "sets/in/three": "c/d\n"]),
  LayeredFiles("categories", ["categories": "one\n"], ["categories": "two\n"], joined: ["categories": "two\n"]),
]

extension AgreementTests {
  @Test("Portage reads configuration roots of variants one after the other", arguments: cases)
  fileprivate func layers(_ files: LayeredFiles) throws {
    let oracle = try Self.oracle.get()
    func answer(_ files: [String: String], named name: String = "one") throws -> (
      String, ConfigurationWorld.View
    ) {
      let world = try ConfigurationWorld(oracle)
      try world.write(files.mapValues { $0 })
      let view = try world.view()
      return (view.answer.line.replacing("\(world.tree.path)", with: ""), view)
    }
    let one = try answer(files.inOneRoot).0
    let world = try ConfigurationWorld(oracle, layer: { _ in .board })
    try world.write(files.board.mapValues { $0 })
    for (name, text) in files.above { try world.tree.write("above/target/etc/portage/\(name)", text) }
    let view = try world.view()
    #expect(view.answer.line.replacing("\(world.tree.path)", with: "") == one)
    #expect(view.wrongValues(of: ["CFLAGS"]) == [])
    if files.joined == nil { #expect(try answer(files.inTheOtherOrder).0 != one) }
  }

  @Test("what Portage finds in a folder of links is what is read without it", arguments: cases)
  fileprivate func linksOnDisk(_ files: LayeredFiles) throws {
    let world = try ConfigurationWorld(try Self.oracle.get(), layer: { _ in .board })
    try world.write(files.board.mapValues { $0 })
    for (name, text) in files.above { try world.tree.write("above/target/etc/portage/\(name)", text) }
    let ours = try world.view().listing
    let onDisk = try ConfigurationRoot(
      path: world.layers.path, sourceTree: world.tree.path,
      repositories: ["tiny": world.tree.path / "repository"]
    ).listing()
    #expect(ours.changes(since: onDisk) == [])
    // The files themselves are named, and not the links.
    #expect(
      !ours.entries.contains { $0.place?.hasPrefix("target/") ?? false }, "\(ours.entries.compactMap(\.place))")
  }
}
