import BuildGraph
package import BuildSettings
import Platform
import PortageFiles
import Stamps
package import TextKit

/// The USE flags of a package: what they are, whether they are on in the variant, and who says so.
///
/// The program `ebuilds` of the host backends tells it. Its request is an object with `package`, a word that means one, and
/// `source`, the source tree. Its answer is an object:
/// - `names`: the packages that the word means; there is more only if it means one;
/// - `near`: names that are like the word, if it means none;
/// - `version`, `repository`, `mask` (as in `PackageSearch`): the version that emerge would take, or else the newest;
/// - `unreadable`: there is nothing else, since bash cannot make sense of the ebuild;
/// - `versions`: all versions, the newest last;
/// - `required`: REQUIRED_USE;
/// - `flags`: objects with `name`, `enabled`, `description`, `origin`, `variable` and `place`, as `Flag` has them.
package struct PackageFlags {
  struct Flag {
    let name: String
    let isEnabled: Bool
    /// Empty if no repository says anything.
    let description: String
    /// The part of Portage's configuration that decides: `package.use`, `forced`, `masked`, or one of USE_ORDER
    /// (make.conf(5)).
    let origin: String
    /// `file:line`, if it is known.
    let place: String?

    var isFixed: Bool { origin == "forced" || origin == "masked" }

    var setter: String {
      switch origin {
      case "pkginternal": "ebuild"
      case "defaults": "profile"
      case "repo": "repository"
      case "features": "FEATURES"
      case "env", "env.d": "environment"
      case "conf": place ?? "make.conf"
      case "forced", "masked": "\(origin) by the profile"
      default: place ?? origin
      }
    }
  }

  private let id: PackageVersion
  private let repository: String
  private let mask: String?
  private let versions: [String]
  private let required: String
  private let flags: [Flag]

  /// - Parameters:
  ///   - word: `leaf`, `app-misc/leaf`, or either with a version.
  ///   - environment: that of a target that runs emerge.
  /// - Throws: `UserError` if the word does not mean one package, or if Portage is not there yet or cannot tell.
  package init(of word: String, _ settings: Settings, environment: [String: String]) throws {
    let source = settings.locations.source
    let answer = try PortageQuestion(
      program: "ebuilds", request: ["package": .string(word), "source": .string("\(source)")], root: "sysroot"
    ).answer(settings, environment)
    let names = answer["names"]?.elements.compactMap(\.text) ?? []
    if names.count > 1 { throw UserError.severalPackages(word, names) }
    guard let name = names.first, let version = answer["version"]?.text,
      let id = PackageVersion("\(name)-\(version)")
    else { throw UserError.noEbuild(word, near: answer["near"]?.elements.compactMap(\.text) ?? []) }
    if answer["unreadable"] != nil { throw UserError.unreadable(id) }
    let places = try Self.places(source, settings, environment)
    self.id = id
    repository = answer["repository"]?.text ?? ""
    mask = answer["mask"]?["text"]?.text
    versions = answer["versions"]?.elements.compactMap(\.text) ?? []
    required = answer["required"]?.text ?? ""
    flags = (answer["flags"]?.elements ?? []).compactMap { json in
      guard let name = json["name"]?.text, let origin = json["origin"]?.text else { return nil }
      let variable = origin == "conf" ? json["variable"]?.text : nil
      return Flag(
        name: name, isEnabled: json["enabled"] == .bool(true), description: json["description"]?.text ?? "",
        origin: origin, place: json["place"]?.text ?? variable.flatMap { places[$0]?.place })
    }
  }

  /// The variables of the configuration, each with the line that sets it.
  private static func places(
    _ source: Path, _ settings: Settings, _ environment: [String: String]
  ) throws -> [String: ConfigurationVariables.Value] {
    let root = JoinedConfiguration.layers(
      Path(environment["PORTAGE_CONFIGROOT"] ?? ""), in: source, environment[JoinedConfiguration.variable])
    return try ConfigurationRoot(
      root, sourceTree: source, repositories: try ImageVariables.repositories(settings)
    ).read().variables
  }

  /// - Throws: `UserError` if the package has no such flags, or if they are as they would be.
  ///
  /// - Parameter changes: `nls`, `-pam`.
  package func trial(of changes: [String]) throws(UserError) -> FlagTrial {
    for change in changes {
      let name = change.hasPrefix("-") ? String(change.dropFirst()) : change
      guard let flag = flags.first(where: { $0.name == name }) else {
        throw .noFlag(name, of: id.package, among: flags.map(\.name))
      }
      if flag.isFixed { throw .fixedFlag(name, of: id.package, flag.origin) }
      if flag.isEnabled != change.hasPrefix("-") {
        throw UserError("'\(name)' of \(id.package) is \(flag.isEnabled ? "on" : "off") already")
      }
    }
    return FlagTrial(package: id.package, versions: versions, flags: changes)
  }

  package func text(width: Int?) -> String {
    let head = "\(id)::\(repository)" + (mask.map { ", which is masked: \($0)" } ?? "") + "\n"
    if flags.isEmpty { return head + "has no USE flags\n" }
    let rows = flags.map { [$0.name, $0.isEnabled ? "on" : "off", $0.setter, $0.description] }
    return head + Table(["flag", "state", "set by", "description"], rows).text(width: width)
      + (required.isEmpty ? "" : "required: \(required)\n")
  }

  package var json: String {
    let flags = flags.map { flag -> JSON in
      [
        "name": .string(flag.name), "enabled": .bool(flag.isEnabled), "origin": .string(flag.origin),
        "place": flag.place.map { .string($0) } ?? .null, "description": .string(flag.description),
      ]
    }
    let object: JSON = [
      "version": 1, "package": .string("\(id)"), "repository": .string(repository),
      "mask": mask.map { .string($0) } ?? .null, "requiredUse": .string(required), "flags": .array(flags),
    ]
    return object.pretty + "\n"
  }
}

extension UserError {
  package static func severalPackages(_ word: String, _ names: [String]) -> Self {
    Self("'\(word)' may be \(names.joined(separator: " or ")): give the category, too")
  }

  fileprivate static func noEbuild(_ word: String, near: [String]) -> Self {
    let hint = near.map { "'\($0)'" }.joined(separator: " or ")
    return Self(
      "no repository has a package '\(word)'; "
        + (hint.isEmpty ? "'sysbuild search WORD' finds some" : "did you mean \(hint)?"))
  }

  fileprivate static func unreadable(_ package: PackageVersion) -> Self {
    Self("the ebuild of \(package) cannot be read: 'sysbuild ebuild FILE depend' says why")
  }

  fileprivate static func noFlag(_ flag: String, of package: String, among flags: [String]) -> Self {
    let hint = didYouMean(flag, among: flags)
    return Self(
      "\(package) has no USE flag '\(flag)'\(hint.isEmpty ? "; 'sysbuild uses \(package)' lists those it has" : hint)"
    )
  }

  fileprivate static func fixedFlag(_ flag: String, of package: String, _ origin: String) -> Self {
    Self("'\(flag)' of \(package) is \(origin) by the profile, so package.use does not change it")
  }
}
