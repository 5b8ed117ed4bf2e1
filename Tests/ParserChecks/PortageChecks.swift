import Commands
import EmergeOutput
import ImageBuild
import Platform
import PortageFiles
import Stamps
import TextKit

/// The readers of Portage's files, and of what Portage prints.
extension ParserCheck {
  static let portageChecks = [
    ParserCheck("atom") { bytes in
      let atom = try Atom(parsing: String(decoding: bytes, as: UTF8.self))
      let again = try promised("\(atom)") { try Atom(parsing: atom.description) }
      try promise(again == atom && again.description == atom.description, "'\(atom)' is another atom")
    },
    ParserCheck("set") { bytes, folder in
      let files: [Path] = ["sets/fuzz.packages", "sets/demo/fuzz.packages", "sets/other.packages"]
      func read() throws -> PackageSet { try PackageSet(named: "fuzz", in: folder, variants: ["demo"]) }
      try write(bytes, to: files, in: folder)
      let set = try read()
      // The order, and which file of the set an atom stands in, say nothing.
      try write(lines(set.atoms.reversed().map(\.description)), to: files, in: folder)
      let again = try promised("\(set.atoms)") { try read() }
      try promise(again.listing.digest == set.listing.digest, "another set than \(set.atoms)")
      try readBack(set.listing)
    },
    ParserCheck("bootstrap") { bytes, folder in
      func read() throws -> BootstrapList {
        try BootstrapList(files: [folder / "bootstrap.packages"], in: folder)
      }
      try write(bytes, to: ["bootstrap.packages"], in: folder)
      let list = try read()
      let texts = list.steps.map { ([$0.atom.description] + $0.flags).joined(separator: "  ") + " # why" }
      try write(lines(texts), to: ["bootstrap.packages"], in: folder)
      let again = try promised("\(texts)") { try read() }
      try promise(again.listing.digest == list.listing.digest, "another list than \(texts)")
      try readBack(list.listing)
    },
    ParserCheck("repos-conf") { bytes, folder in
      try write(bytes, to: ["root/etc/portage/repos.conf"], in: folder)
      for name in ["a", "b"] { try write(lines([name]), to: [Path("\(name)/profiles/repo_name")], in: folder) }
      let reader = try SourceReader(sourceTree: folder)
      let repositories = try Repositories(
        in: [folder / "a", folder / "b"],
        configuration: ReposConf(ofRoots: [folder / "root"], reader: reader),
        reader: reader)
      let text = repositories.reposConf
      let again = try promised(text) { try Repositories(inReposConf: text, reader: reader) }
      try promise(
        again.reposConf == text && again.settings == repositories.settings, "another text than \(text)")
    },
    ParserCheck("make-conf") { bytes, folder in
      try write(bytes, to: ["make.conf", "a", "b"], in: folder)
      func read(_ content: [UInt8]) throws -> MakeVariables {
        let reader = try SourceReader(sourceTree: folder)
        return try MakeVariables(content, of: folder / "make.conf", reader: reader, sourcing: true)
      }
      let content = try File.read(folder / "make.conf")
      let variables = try read(content).variables
      let again = try promised("with a comment") { try read(content + Array("\n# a comment\n".utf8)) }
      try promise(again.variables == variables, "a comment changes \(variables)")
    },
    ParserCheck("configuration") { bytes, folder in
      let names = configurationFiles
      try write(bytes, to: names, in: folder)
      func read() throws -> Listing {
        try ConfigurationRoot(
          path: folder / "root", sourceTree: folder, repositories: ["gentoo": folder / "gentoo"]
        ).listing()
      }
      let listing = try read()
      try readBack(listing)
      for name in names.prefix(4) where File.exists(folder / name) {
        let content = try File.read(folder / name)
        try File.write(Array("# a comment\n\n".utf8) + content + Array("\n  # b\n".utf8), to: folder / name)
      }
      let again = try promised("with comments") { try read() }
      try promise(again.digest == listing.digest, "comments change \(again.changes(since: listing))")
    },
    ParserCheck("bash") { bytes in
      let reads = BashReads(bytes, of: "/tree/etc/portage/bashrc", folder: "/tree", areas: ["/tree"]) { _ in nil
      }
      for place in reads.places {
        try promise(
          place.path.isAbsolute && (place.isExact || place.path != "/"), "\(place.path) cannot be read")
      }
      let again = BashReads(
        bytes + Array("\n# a comment\n".utf8), of: "/tree/etc/portage/bashrc", folder: "/tree", areas: ["/tree"]
      ) { _ in nil }
      if bytes.last != UInt8(ascii: "\\") {
        try promise(again.places == reads.places, "a comment changes \(reads.places)")
      }
    },
    ParserCheck("installed") { bytes, folder in
      let package = Path("root/var/db/pkg/app-misc/fuzz-1.0-r1")
      let names = ["BUILD_ID", "BUILD_TIME", "SLOT", "IUSE", "USE", "LICENSE", "repository"]
      try write(bytes, to: names.map { package / $0 }, in: folder)
      let installed = try InstalledPackages(root: folder / "root")
      try promise(installed.packages.count == 1, "\(installed.packages.count) packages")
      try readBack(installed.listing)
      _ = PackageManifest.text(installed.packages.map { PackageEntry($0, size: 1, repository: $0.repository) })
    },
    ParserCheck("dependencies") { bytes in
      let atoms = PackageDependencies.atoms(bytes)
      let again = PackageDependencies.atoms(lines(atoms.map(\.description)))
      try promise(again == atoms, "other atoms than \(atoms)")
    },
    ParserCheck("packages-lock") { bytes in
      let lock = try PackageLock(bytes, file: "packages.lock")
      let again = try promised(lock.text) { try PackageLock(Array(lock.text.utf8), file: "packages.lock") }
      try promise(again.text == lock.text, "another lock than \(lock.text)")
    },
    ParserCheck("build-times") { bytes in
      _ = BuildTimes(bytes)
    },
    ParserCheck("packages-json") { bytes in
      let packages = try PackageManifest.packages(bytes)
      let manifest: JSON = ["version": 1, "packages": .array(packages.map(\.json))]
      let again = try promised("\(packages)") { try PackageManifest.packages(Array(manifest.line.utf8)) }
      try promise(again == packages, "other packages than \(packages)")
      let none = PackageComparison(old: "", new: "", differences: .init(from: packages, to: again))
      try promise(none.text(bySize: true, width: 20).hasPrefix("no difference"), "the same is another")
      _ = PackageComparison(old: "", new: "", differences: .init(from: [], to: packages)).text(
        bySize: true, width: 1)
    },
    ParserCheck("emerge-log") { bytes in
      _ = Diagnosis(emergeOutput: bytes)
      let messages = EmergeMessages(EmergeTranscript(bytes), source: "/src", isSuccess: true).all
      for message in messages where message.severity == .warning {
        let again = EmergeMessage.warning(in: Array(message.line.utf8))
        try promise(again == message.text && !message.text.contains("\n"), "another warning than \(message)")
      }
      var pieces = EmergeTranscript()
      for byte in bytes { pieces.take([byte]) }
      pieces.finish()
      try promise(
        EmergeMessages(pieces, source: "/src", isSuccess: true).all == messages, "other messages byte by byte")
    },
  ]

  /// The first four have no quotes, so that a comment may stand anywhere.
  private static let configurationFiles: [Path] = [
    "root/etc/portage/package.use", "root/etc/portage/package.mask",
    "root/etc/portage/package.accept_keywords", "root/etc/portage/make.profile/package.use.force/00",
    "root/etc/portage/make.conf", "root/etc/portage/make.profile/parent",
    "root/etc/portage/make.profile/make.defaults", "other/parent", "gentoo/profiles/base/parent",
    "gentoo/metadata/layout.conf", "root/etc/portage/bashrc", "root/etc/portage/package.env",
    "root/etc/portage/env/x",
  ]

  private static func lines(_ texts: [String]) -> [UInt8] { texts.flatMap { Array(($0 + "\n").utf8) } }

  /// A reader's listing is kept as a text.
  private static func readBack(_ listing: Listing) throws(BrokenPromise) {
    try promise(Listing(stored: listing.storedText)?.digest == listing.digest, "the listing's text is another")
  }
}
