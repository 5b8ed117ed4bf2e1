package import BuildGraph
package import BuildSettings
package import Platform
import PortageFiles
import Stamps
package import TextKit

/// Makes the folder of `legal-info`: what the licences of an image may oblige to pass on, and what it takes to build the
/// image again.
///
/// The same image gives the same bytes. The folder takes its place when it is complete.
package struct LegalInfo {
  /// What is in the folder.
  package struct Summary {
    package let image: Int
    package let build: Int
    package let sources: Int
    package let patches: Int
    /// A line for each thing that is missing: the package, what, and why.
    package let missing: [String]
  }

  private let settings: Settings
  private let graph: Graph
  private let environment: [String: String]

  /// - Parameter environment: that of a target that runs emerge.
  package init(_ settings: Settings, _ graph: Graph, environment: [String: String]) {
    self.settings = settings
    self.graph = graph
    self.environment = environment
  }

  /// The first words of the README, which tell the folder from others.
  private static let mark = "Legal information"
  private static let readme: Path = "README"

  /// - Throws: `UserError` for a folder that would take the place of something else, or that is a part of what is collected.
  package static func check(_ folder: Path, _ settings: Settings) throws(UserError) {
    let real = File.resolve(folder) ?? (File.resolve(folder.parent) ?? folder.parent) / folder.lastComponent
    let others = [("the source tree", settings.locations.source), ("O", settings.locations.build)]
    let all = others + settings.outputFolders.filter { $0.name != "O" }.map { ($0.name, $0.path) }
    for (name, path) in all {
      let other = File.resolve(path) ?? path
      if name != "IMAGESDIR", real.isInside(other) { throw .legalFolderInside(folder, name, path) }
      if other.isInside(real) { throw .legalFolderHolds(folder, name, path) }
    }
    guard File.exists(folder) else { return }
    let isEmpty = (try? Directory.entries(of: folder))?.isEmpty ?? false
    let text = (try? File.read(folder / readme)) ?? []
    if !isEmpty, !text.starts(with: mark.utf8) { throw .foreignFolder(folder) }
  }

  /// Makes the folder, or makes it anew.
  package func write(to folder: Path) throws -> Summary {
    try Directory.create(folder.parent, intermediates: true)
    let new = folder.parent / Path(bytes: Array(".".utf8) + folder.lastComponent.bytes + Array(".new".utf8))
    try Directory.removeTree(new)
    try Directory.create(new)
    defer { try? Directory.removeTree(new) }
    let summary = try fill(new)
    if File.exists(folder) { try File.exchange(new, with: folder) } else { try File.rename(new, to: folder) }
    return summary
  }

  private func fill(_ folder: Path) throws -> Summary {
    let packages = try [kernel()] + LegalQuestion(settings: settings, environment: environment).packages()
    var collection = try LegalCollection(
      folder, downloads: Path(settings.variables["DISTDIR"]?.value ?? ""),
      repositories: try ImageVariables.repositories(settings).all, for: packages)
    for package in packages { try collection.add(package) }
    if hasKernelSource, packages[0].sources.isEmpty {
      collection.note("linux", "source", "DISTDIR has no archive of it: its source is a folder of the machine")
    }
    let rebuild = try RebuildFolder(settings, graph, in: folder)
    try rebuild.write(
      sources: collection.sources, known: Set(packages.flatMap(\.sources).map(\.name))
    ) { collection.note($0, $1, $2) }
    let missing = collection.missing.sorted().map(\.line)
    func write(_ text: String, _ name: Path) throws { try File.write(Array(text.utf8), to: folder / name) }
    try write(LegalManifest(rows: collection.rows).text, "manifest.csv")
    try write(missing.joined(), "missing")
    try write(readmeText(packages, missing: missing.count, setup: rebuild.setup), Self.readme)
    try write(try sums(of: folder), "SHA256SUMS")
    return Summary(
      image: packages.count { $0.part == .image }, build: packages.count { $0.part == .build },
      sources: collection.sources.count, patches: collection.rows.map(\.patches).reduce(0, +), missing: missing)
  }

  // MARK: The kernel

  private var hasKernelSource: Bool {
    guard let target = graph.id(of: "kernel").map({ graph[$0].target }) else { return false }
    return target.run.contains { $0.contains("/kernel-source ") }
  }

  private func kernel() throws -> LegalPackage {
    let locations = settings.locations
    let configuration = VariantFolders(settings).existing("kernel.config")
    let description = try KernelDescription(
      image: locations.build / "kernel/vmlinuz", configuration: configuration.map { "\(locations.source / $0)" }
    )
    var kernel = LegalPackage(part: .image, name: "linux", version: description.version)
    kernel.license = ImageSurvey.kernelLicense
    kernel.licenses = ["GPL-2"]
    kernel.homepage = "https://www.kernel.org/"
    let names = RebuildFolder.names(in: locations.build / "sources/kernel") ?? []
    kernel.sources = names.map { LegalPackage.Source(name: $0, digests: [], uri: "") }
    kernel.files = configuration.map { Path($0) }
    return kernel
  }

  // MARK: Texts

  private func readmeText(_ packages: [LegalPackage], missing: Int, setup: String) -> String {
    let checkouts = packages.compactMap { package in
      package.checkout.map { "\(package.folder / "checkout") must lie at \($0) to be built.\n" }
    }
    return """
      \(Self.mark) about the image \(settings.variant ?? ""), by sysbuild

      manifest.csv    a line for each package: name, version, part, licence, files
                      with its text, sources, where these come from, how many
                      patches there are. The part is 'image', or 'build' for what
                      was only needed to build the image
      missing         what should be here and is not, and why\(missing == 0 ? ": nothing" : "")
      licenses/       the texts of the licences, by the names that the manifest
                      has; and in a folder for each package those that are in its
                      sources, which name the owners of the rights
      sources/        a folder for each package of the image: its sources, its
                      ebuild, which says how it is built, and in 'patches' the
                      patches that were applied, in the order of 'series'
      build-sources/  the same for what was only needed to build the image
      rebuild/        what it takes to build the image again
      SHA256SUMS      of all files, for 'sha256sum -c SHA256SUMS'

      To build the image again, without a network:

          rebuild/build FOLDER

      It builds in FOLDER/O, puts the image into FOLDER/images, and says whether
      that is the same as the one that was published. It reads the source tree and
      the parts of the ebuild repositories that count in rebuild/source, and what
      was downloaded in rebuild/distfiles. After a change there, of a patch for
      example:

          rebuild/build FOLDER LOCK=

      The tools of the machine that builds are not here: its compiler and C
      library, Python and the like. rebuild/host-tools has their versions. As long
      as there is a network,

          \(setup)

      installs what the machine lacks. With other versions the image works, and may
      differ.
      \(checkouts.joined())
      """
  }

  /// A line for each regular file, as sha256sum(1) writes it.
  private func sums(of folder: Path) throws -> String {
    var files: [Path] = []
    var pending: [Path] = [""]
    while let place = pending.popLast() {
      for (name, kind) in try Directory.entries(of: folder / place) {
        if kind == .directory {
          pending.append(place / name)
        } else if kind == .file {
          files.append(place / name)
        }
      }
    }
    files.sort()
    let digests = concurrentMap(files, minimum: 16) { file in
      try? SHA256.digest(ofFile: folder / file, followingLinks: false).hex
    }
    return zip(files, digests).map { file, digest in
      let name = String(decoding: file.bytes, as: UTF8.self)
      let escaped = name.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
      return "\(name == escaped ? "" : "\\")\(digest ?? "")  \(escaped)\n"
    }.joined()
  }
}
