import Platform
import TextKit

/// `helper sign FILE`: signs FILE with the key that SIGNING_KEY names; the signature is `FILE.sig` or `FILE.asc`.
enum Sign {
  static func run(_ arguments: [String], _ caller: SigningCaller) throws {
    let value = Environment.value(SigningKey.variable).map { String(decoding: $0, as: UTF8.self) } ?? ""
    guard arguments.count == 1, let key = SigningKey(value, in: try Directory.current()) else {
      throw UserError.helperUsage("sign FILE, with SIGNING_KEY in the environment")
    }
    let file = Path(arguments[0])
    let signature = try key.sign(try File.read(file), for: caller)
    let place = file.parent / Path(key.file)
    // Some signatures have a time.
    if (try? File.read(place)) != signature { try AtomicFile.write(signature, to: place) }
  }
}
