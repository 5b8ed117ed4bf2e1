internal import Glibc
public import Platform

/// nginx on the loopback, which serves a folder with GET and takes PUT, as a cache of Bazel's protocol.
public final class WebServer {
  /// `http://127.0.0.1:PORT`
  public let url: String
  private let folder: Path
  /// What it serves.
  public let files: Path

  /// - Parameters:
  ///   - folder: for its files; must exist.
  ///   - rules: directives of the place that takes everything, in addition to those of a cache.
  public init(in folder: Path, rules: String = "") throws {
    self.folder = folder
    files = folder / "files"
    try Directory.create(files, intermediates: true)
    let port = try LoopbackSocket.freePort()
    url = "http://127.0.0.1:\(port)"
    let text = """
      user root; worker_processes 1; pid \(folder)/pid; error_log \(folder)/errors;
      events {}
      http {
        access_log \(folder)/requests; client_body_temp_path \(folder)/bodies; proxy_temp_path \(folder)/proxied;
        fastcgi_temp_path \(folder)/f; uwsgi_temp_path \(folder)/u; scgi_temp_path \(folder)/s;
        server {
          listen 127.0.0.1:\(port); root \(files); client_max_body_size 0;
          location / { dav_methods PUT; create_full_put_path on; \(rules) }
        }
      }
      """
    try File.write(Array(text.utf8), to: folder / "nginx.conf")
    try Self.run(["nginx", "-c", "\(folder)/nginx.conf", "-e", "\(folder)/errors"])
  }

  /// The requests so far, `GET /ac/…` and so on.
  public func requests() throws -> [String] {
    String(decoding: try File.read(folder / "requests"), as: UTF8.self).split(separator: "\n").compactMap {
      line in
      line.split(separator: "\"").dropFirst().first.map {
        $0.split(separator: " ").prefix(2).joined(separator: " ")
      }
    }
  }

  /// Ends it at once.
  public func stop() {
    guard let text = try? File.read(folder / "pid"),
      let pid = Int32(String(decoding: text.filter { (0x30...0x39).contains($0) }, as: UTF8.self))
    else { return }
    // One that has only begun may have noted the first signal and still wait for another. Its end is that of the socket.
    while File.exists(folder / "pid"), kill(pid, SIGTERM) == 0 { _ = poll(nil, 0, 5) }
  }

  deinit { stop() }

  private static func run(_ words: [String]) throws {
    let path = "/usr/sbin:/usr/bin:/bin"
    guard let program = ProgramSearch.find(words[0], in: path) else {
      throw Hang("\(words[0]) is not installed")
    }
    let (output, status) = try ProgramOutput.ofBothStreams(
      program, words, environment: ["PATH=\(path)"], directory: "/")
    if !status.isSuccess { throw Hang("nginx does not start: \(String(decoding: output, as: UTF8.self))") }
  }
}

/// A socket of the loopback to which programs can connect, and that never says anything.
public final class LoopbackSocket {
  public let port: UInt16
  private let raw: CInt

  public init() throws {
    raw = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let raw = raw
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(raw, __CONST_SOCKADDR_ARG(__sockaddr__: $0), length) == 0 && listen(raw, 8) == 0
          && getsockname(raw, __SOCKADDR_ARG(__sockaddr__: $0), &length) == 0
      }
    }
    port = UInt16(bigEndian: address.sin_port)
    if !isBound { throw SystemError("cannot listen", code: errno) }
  }

  deinit { close(raw) }

  /// A port on which nobody listens.
  public static func freePort() throws -> UInt16 { try LoopbackSocket().port }
}
