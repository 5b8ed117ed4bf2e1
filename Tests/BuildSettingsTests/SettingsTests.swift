import BuildGraph
import Platform
import TestSupport
import Testing

@testable import BuildSettings

@Suite struct SettingsTests {
  private func settings(_ line: String, jobs: Int = 1, _ defaults: [(String, String)] = []) throws -> Settings {
    try Settings(
      assignments: line.split(separator: " ").compactMap { Assignment(String($0)) }, jobs: jobs, source: "/src",
      builtIn: nil,
      fileDefaults: defaults.enumerated().map { index, entry in
        Settings.Default(name: entry.0, value: entry.1, origin: "t.conf:\(index + 1)")
      })
  }

  @Test(arguments: [
    ("", [], "/src/out", "/src/out/images"), ("O=o", [], "/src/o", "/src/o/images"),
    ("O=/o/../p/ IMAGESDIR=../i", [], "/p", "/i"), ("IMAGESDIR=/i", [], "/src/out", "/i"),
    ("", [("O", "../own")], "/own", "/own/images"),
    ("", [("O", "${SOURCE}-out")], "/src-out", "/src-out/images"),
    ("O=x", [("O", "../own")], "/src/x", "/src/x/images"),
    ("", [("IMAGESDIR", "${O}/pictures")], "/src/out", "/src/out/pictures"),
    ("O=a$b", [], "/src/a$b", "/src/a$b/images"), ("O=a\\b", [], "/src/a\\b", "/src/a\\b/images"),
  ])
  func folders(_ line: String, _ defaults: [(String, String)], _ build: String, _ images: String) throws {
    let settings = try settings(line, defaults)
    #expect(settings.locations.build == Path(build))
    #expect(settings.locations.images == Path(images))
    #expect(settings.variables["O"]?.value == build)
    #expect(settings.variables["IMAGESDIR"]?.value == images)
  }

  @Test(arguments: [
    ("", "1", "t.conf:1"), ("A=2", "2", "command line"), ("A=2 A=3", "3", "command line"),
    ("A=${B}", "${B}", "command line"),
    ("A=", "", "command line"),
  ])
  func values(_ line: String, _ value: String, _ origin: String) throws {
    let variable = try settings(line, [("A", "1")]).variables["A"]
    #expect(variable?.value == value)
    #expect(variable?.origin == origin)
    #expect(variable?.isNeutral == false)
  }

  @Test func whatChangesNoResultIsNeutral() throws {
    let variables = try settings("", jobs: 3, [("A", "1")]).variables
    let cache = ["CACHE", "CACHE_MODE", "CACHE_KEY", "CACHE_SIGNERS"]
    #expect(variables.names == ["JOBS", "SOURCE", "O", "IMAGESDIR"] + cache + ["V", "A", "PATH"])
    #expect(
      variables.names.filter { variables[$0]?.isNeutral == true } == ["JOBS", "SOURCE"] + cache + ["V", "PATH"])
    #expect(variables["JOBS"]?.value == "3")
    #expect(try settings("JOBS=9", jobs: 3).variables["JOBS"]?.value == "9")
  }

  @Test func laterOnesUseEarlierOnes() throws {
    let variables = try settings("A=x", [("A", "1"), ("B", "${A}$$${SOURCE}")]).variables
    #expect(variables["B"]?.value == "x$/src")
  }

  @Test(arguments: [
    (
      "", [("A", "${B}"), ("B", "1")],
      "t.conf:1: 'A' uses '${B}', which is not set before it: set it on an earlier line, or write the value itself"
    ),
    ("", [("A", "$x")], "t.conf:1: 'A': a lone '$': write '${NAME}' for a variable, '$$' for a dollar sign"),
    (
      "", [("O", "${A}"), ("A", "1")],
      "t.conf:1: 'O' uses '${A}', which is not set before it: set it on an earlier line, or write the value itself"
    ),
    ("", [("O", "")], "t.conf:1: 'O' is empty: name a folder"),
    ("", [("SOURCE", "x")], "t.conf:1: 'SOURCE' cannot be set here: it is the source tree itself"),
    ("", [("JOBS", "2")], "t.conf:1: 'JOBS' cannot be set here: -j sets it"),
    (
      "", [("VARIANT", "x")],
      "t.conf:1: 'VARIANT' cannot be set here: the command line or the environment sets it"
    ),
    (
      "", [("PATH", "/x")],
      "t.conf:1: 'PATH' cannot be set here: set it in the 'environment' of a target, or on the command line"
    ),
    ("B=1", [("A", "1")], "no variable is called 'B'; did you mean 'O'?"),
    ("IMAGEDIR=x", [], "no variable is called 'IMAGEDIR'; did you mean 'IMAGESDIR'?"),
    ("SOURCE=/x", [], "'SOURCE' is the source tree itself: choose it with -C"),
    (
      "O=/src/profiles", [],
      "command line: O is '/src/profiles', which lies in 'profiles' of the source tree: choose a folder outside, as in O=out"
    ),
    (
      "O=sets/a", [],
      "command line: O is '/src/sets/a', which lies in 'sets' of the source tree: choose a folder outside, as in O=out"
    ),
    (
      "O=/", [],
      "command line: O is '/', which contains the source tree: choose a folder of its own, as in O=out"
    ),
    (
      "IMAGESDIR=.", [],
      "command line: IMAGESDIR is '/src', which contains the source tree: choose a folder of its own, as in IMAGESDIR=images"
    ),
    (
      "IMAGESDIR=profiles/i", [],
      "command line: IMAGESDIR is '/src/profiles/i', which lies in 'profiles' of the source tree: choose a folder outside, as in IMAGESDIR=images"
    ),
    (
      "O=hosts/x", [],
      "command line: O is '/src/hosts/x', which lies in 'hosts' of the source tree: choose a folder outside, as in O=out"
    ),
    (
      "", [("IMAGESDIR", "hosts/x")],
      "t.conf:1: IMAGESDIR is '/src/hosts/x', which lies in 'hosts' of the source tree: choose a folder outside, as in IMAGESDIR=images"
    ),
  ])
  func mistakes(_ line: String, _ defaults: [(String, String)], _ expected: String) {
    #expect(message { _ = try settings(line, defaults) } == expected)
  }
}
