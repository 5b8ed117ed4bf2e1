import Platform
import Stamps
import TestSupport
import Testing

@testable import Caching

/// Single files under keys of their own, in a folder and behind nginx on the loopback.
@Suite struct SharedFilesTests {
  private let folder: TemporaryFolder
  private let names = (0..<40).map { "package app-misc/p\($0)-1" }

  init() throws { folder = try TemporaryFolder() }

  private func key(_ name: String) -> Digest { SHA256.digest(of: name) }

  private func shared(
    _ place: String, _ scratch: String = "scratch",
    signature: RecordSignature = RecordSignature(key: nil, signers: nil),
    warn: @escaping (String) -> Void = { _ in }
  ) throws -> SharedFiles {
    try SharedFiles(
      CachePlace(place, mode: .both, signature: signature), scratch: folder.path / Path(scratch), warn: warn)
  }

  private func files() throws -> [SharedFiles.Kept] {
    try names.enumerated().map { number, name in
      let file = try folder.write(String(repeating: name, count: 1000), to: Path("file-\(number)"))
      return SharedFiles.Kept(
        key: key(name), unit: name, file: file, name: "${O}/packages/\(number)",
        texts: [Array("of \(name)".utf8), []])
    }
  }

  private func fetch(_ shared: SharedFiles) throws -> [Digest: String] {
    let found = try shared.fetch(names.map { (key($0), $0) } + [(key("unknown"), "package unknown")])
    return try Dictionary(
      uniqueKeysWithValues: found.map { item in
        let content = try File.read(item.file)
        #expect(item.size == content.count && item.texts.count == 2)
        return (
          item.key,
          String(decoding: item.texts[0], as: UTF8.self) + " " + String(decoding: content, as: UTF8.self)
        )
      })
  }

  @Test("what is kept is found, once", arguments: ["folder", "web"])
  func found(_ kind: String) throws {
    let server = try WebServer(in: folder.path / "server")
    let place = kind == "web" ? server.url : "\(folder.path)/cache"
    let kept = try shared(place).keep(files())
    #expect(kept.count == names.count)
    #expect(try shared(place).keep(files()).count == 0)
    let shared = try shared(place)
    let found = try fetch(shared)
    #expect(found.count == names.count)
    for name in names {
      #expect(found[key(name)] == "of \(name) " + String(repeating: name, count: 1000))
    }
    #expect(try fetch(shared).isEmpty, "nothing is asked for twice")
  }

  @Test("what is damaged is not found, is told, and is replaced")
  func damaged() throws {
    let place = "\(folder.path)/cache"
    #expect(try shared(place).keep(files()).count == names.count)
    let first = try SHA256.digest(ofFile: folder.path / "file-0")
    try File.write(Array("other".utf8), to: Path("\(place)/cas/\(first.hex)"))
    try File.write(Array("no value".utf8), to: Path("\(place)/ac/\(key(names[1]).hex)"))
    var warnings: [String] = []
    let shared = try shared(place) { warnings.append($0) }
    #expect(try fetch(shared).count == names.count - 2)
    #expect(
      warnings.count == 2 && warnings.contains { $0.contains("the file of \(names[0]) is gone or damaged") },
      "\(warnings)")
    #expect(try shared.keep(files()).count == 2)
    #expect(try fetch(self.shared(place, "again")).count == names.count)
  }

  @Test("nothing is believed of somebody who is not")
  func signed() throws {
    let (output, status) = try ProgramOutput.ofBothStreams(
      "/usr/bin/ssh-keygen", ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "\(folder.path)/ci"],
      environment: [],
      directory: "/")
    try #require(status.isSuccess, "\(String(decoding: output, as: UTF8.self))")
    let signers = try folder.write(
      "ci " + String(decoding: File.read(folder.path / "ci.pub"), as: UTF8.self), to: "signers")
    let place = "\(folder.path)/cache"
    let believing = RecordSignature(key: nil, signers: signers)
    #expect(try shared(place).keep(files()).count == names.count)
    var warnings: [String] = []
    #expect(try fetch(shared(place, signature: believing) { warnings.append($0) }).isEmpty)
    #expect(warnings.contains { $0.contains("is not signed") }, "\(warnings)")

    try Directory.removeTree(Path(place))
    let signing = RecordSignature(key: folder.path / "ci", signers: nil)
    #expect(try shared(place, signature: signing).keep(files()).count == names.count)
    #expect(try fetch(shared(place, signature: believing)).count == names.count)
  }

  @Test("a server that never answers is asked as often as there are threads, and then no more")
  func silence() throws {
    let socket = try LoopbackSocket()
    var warnings: [String] = []
    let shared = try shared("http://127.0.0.1:\(socket.port)") { warnings.append($0) }
    let began = Clock.monotonic
    #expect(try fetch(shared).isEmpty)
    #expect(try shared.keep(files()).count == 0)
    // Each of the forty questions would take as long as the first.
    #expect(Clock.monotonic - began < 120_000_000_000)
    #expect(warnings.count == 1 && warnings[0].contains("is not used any more"), "\(warnings)")
  }
}
