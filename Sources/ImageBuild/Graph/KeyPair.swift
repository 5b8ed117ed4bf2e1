import BuildGraph
import BuildSettings
import Platform
import TextKit

/// A private key and its certificate, which a target signs with; the names of their variables begin with this.
///
/// The certificate is an input of the target. The key is none, and what is in it stands nowhere.
enum KeyPair: String, CaseIterable {
  /// For the program that firmware starts, where Secure Boot asks for a signature.
  case secureBoot = "SECURE_BOOT"
  case bundle = "BUNDLE"

  static let defaults = allCases.flatMap(\.variables).map {
    Settings.Default(name: $0, value: "", origin: "default", isNeutral: true)
  }

  private var key: String { "\(rawValue)_KEY" }
  private var certificate: String { "\(rawValue)_CERTIFICATE" }
  private var variables: [String] { [key, certificate] }

  var inputs: [String] { ["file:${\(certificate)}"] }
  var environment: [String] { variables.map { "\($0)=${\($0)}" } }

  /// Whether the user has set it.
  ///
  /// - Throws: `UserError` if only one of them is set, or if the key lies in the source tree.
  func isSet(_ settings: Settings) throws(UserError) -> Bool {
    let set = variables.filter { settings.variables[$0]?.value.isEmpty == false }
    if set.isEmpty { return false }
    func origin(_ name: String) -> String { settings.variables[name]?.origin ?? "" }
    if let missing = variables.first(where: { !set.contains($0) }) {
      throw UserError("\(origin(set[0])): \(set[0]) is set and \(missing) is not: set both, or neither")
    }
    let source = settings.locations.source
    try PrivateKey.check(
      (source / Path(settings.variables[key]?.value ?? "")).normalized, of: key, source: source,
      origin: origin(key))
    return true
  }

  /// - Throws: `UserError` as `isSet` does, or if it is not set.
  func check(for format: ImageFormat, _ settings: Settings) throws(UserError) {
    if try isSet(settings) { return }
    throw UserError(
      "\(settings.variables["IMAGES"]?.origin ?? ""): IMAGES has '\(format)', which is signed: set \(key) and "
        + "\(certificate) to the paths of a private key and its certificate")
  }
}
