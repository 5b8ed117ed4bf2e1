import BuildGraph
package import BuildSettings
import Platform
import PortageFiles
import TextKit

/// The packages of the variant's repositories whose names or descriptions have some words.
///
/// The program `ebuilds` of the host backends finds them. Its request is an object with `words`, its answer one with
/// `packages`: objects with `name`, `newest`, `taken` (the version that emerge would take, or null), `mask` (what keeps it
/// from the newest if it would take none: null, or an object with `word` and `text`) and `description`.
package struct PackageSearch {
  private struct Entry {
    let name: String
    let newest: String
    let taken: String?
    /// What keeps Portage from taking any version, in a word and in Portage's words.
    let mask: (word: String, text: String)?
    let description: String
  }

  private static let roots = ["sysroot", "rootfs"]

  private let entries: [Entry]
  /// The versions that are in each root, by `category/name`.
  private let installed: [[String: [String]]]

  package var isEmpty: Bool { entries.isEmpty }

  /// - Parameters:
  ///   - words: a package has all of them, in whatever case.
  ///   - environment: that of a target that runs emerge.
  /// - Throws: `UserError` if Portage is not there yet, or cannot tell.
  package init(_ words: [String], _ settings: Settings, environment: [String: String]) throws {
    let answer = try PortageQuestion(
      program: "ebuilds", request: ["words": .array(words.map { .string($0) })], root: "sysroot"
    ).answer(settings, environment)
    entries = (answer["packages"]?.elements ?? []).compactMap { json in
      guard let name = json["name"]?.text, let newest = json["newest"]?.text else { return nil }
      let mask = json["mask"].flatMap { mask in mask["word"]?.text.map { ($0, mask["text"]?.text ?? "") } }
      return Entry(
        name: name, newest: newest, taken: json["taken"]?.text, mask: mask,
        description: json["description"]?.text ?? "")
    }
    installed = try Self.roots.map { root in
      let packages = try InstalledPackages(root: settings.locations.build / Path(root)).packages
      return Dictionary(grouping: packages, by: \.package).mapValues { $0.map(\.version) }
    }
  }

  package func text(width: Int?) -> String {
    let rows = entries.map { entry in
      [entry.name, entry.newest, entry.taken ?? "none: \(entry.mask?.word ?? "masked")"]
        + installed.map { ($0[entry.name] ?? []).joined(separator: " ") } + [entry.description]
    }
    return Table(["package", "newest", "taken"] + Self.roots + ["description"], rows).text(width: width)
  }

  package var json: String {
    let packages = entries.map { entry -> JSON in
      let roots = zip(Self.roots, installed).map { root, versions in
        JSON.Member(name: root, value: .array((versions[entry.name] ?? []).map { .string($0) }))
      }
      return [
        "name": .string(entry.name), "newest": .string(entry.newest),
        "taken": entry.taken.map { .string($0) } ?? .null,
        "mask": entry.mask.map { .string($0.text) } ?? .null,
      ] + .object(roots) + ["description": .string(entry.description)]
    }
    return (["version": 1, "packages": .array(packages)] as JSON).pretty + "\n"
  }
}
