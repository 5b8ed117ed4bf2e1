import Platform
import Stamps
import TestSupport
import Testing

@testable import Caching

/// The stores: a folder, and nginx on the loopback.
@Suite struct CacheStoreTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func webStore(_ url: String, home: Path? = nil) -> WebStore {
    WebStore(
      url: url, environment: ["PATH=/usr/bin:/bin", "HOME=\(home ?? folder.path)"], scratch: folder.path)
  }

  @Test("a store has what was kept in it, and says what it does not have", arguments: ["folder", "web"])
  func keeps(_ kind: String) throws {
    let server = try WebServer(in: folder.path / "server")
    let store: any CacheStore =
      kind == "web" ? webStore(server.url) : FolderStore(folder: folder.path / "cache")
    let file = try folder.write(String(repeating: "content", count: 100_000), to: "file")
    let digest = try SHA256.digest(ofFile: file)
    #expect(try !store.has(digest) && !store.copy(digest, to: folder.path / "copy"))
    #expect(try store.value(of: digest) == nil)
    for _ in 0..<2 { try store.keep(file, as: digest) }
    #expect(try store.has(digest) && store.copy(digest, to: folder.path / "copy"))
    #expect(try SHA256.digest(ofFile: folder.path / "copy") == digest)
    for value in [[1, 2, 3], [0x0A, 0, 0xFF, 0x0D]] as [[UInt8]] {
      try store.setValue(value, of: digest)
      #expect(try store.value(of: digest) == value)
    }
    // What one has written the other can read: a folder may be served.
    let other: any CacheStore =
      kind == "web" ? FolderStore(folder: server.files) : FolderStore(folder: folder.path / "cache")
    #expect(try other.value(of: digest) == [0x0A, 0, 0xFF, 0x0D])
    #expect(try folder.names().allSatisfy { !AtomicFile.isTemporary($0) })
  }

  @Test("a server that refuses or fails is an error with what it said, and never an answer")
  func refusals() throws {
    let digest = SHA256.digest(of: "x")
    for (code, rule) in [
      (401, "auth_basic x; auth_basic_user_file /dev/null;"), (403, "deny all;"), (500, "return 500;"),
      (503, "return 503;"), (507, "return 507;"),
    ] {
      let place = folder.path / "\(code)"
      let server = try WebServer(in: place, rules: rule)
      let store = webStore(server.url)
      try folder.write("x", to: "file")
      let wrong: [() throws -> Void] = [
        { _ = try store.value(of: digest) }, { _ = try store.has(digest) },
        { _ = try store.copy(digest, to: folder.path / "copy") },
        { try store.keep(folder.path / "file", as: digest) },
      ]
      for action in wrong {
        let error = #expect(throws: (any Error).self, "\(code)") { try action() }
        #expect("\(error as Any)".contains("\(code)"), "\(code): \(error as Any)")
      }
    }
  }

  @Test("credentials are found where curl looks for them")
  func credentials() throws {
    // htpasswd of apr1 is what nginx reads everywhere.
    try folder.write("me:{PLAIN}secret\n", to: "users")
    let server = try WebServer(
      in: folder.path / "server", rules: "auth_basic cache; auth_basic_user_file \(folder.path)/users;")
    let digest = SHA256.digest(of: "x")
    try folder.write("machine 127.0.0.1 login me password secret\n", to: "home/.netrc")
    try webStore(server.url, home: folder.path / "home").setValue([7], of: digest)
    #expect(try webStore(server.url, home: folder.path / "home").value(of: digest) == [7])
    #expect(throws: (any Error).self) { try webStore(server.url).value(of: digest) }
  }

  @Test("a server that is gone, or that says nothing, is given up")
  func silence() throws {
    let digest = SHA256.digest(of: "x")
    let server = try WebServer(in: folder.path / "server")
    server.stop()
    #expect(throws: (any Error).self) { try webStore(server.url).value(of: digest) }
    let silent = try LoopbackSocket()
    let began = Clock.monotonic
    #expect(throws: (any Error).self) { try webStore("http://127.0.0.1:\(silent.port)").value(of: digest) }
    #expect(Clock.monotonic - began >= 15_000_000_000)
  }
}
