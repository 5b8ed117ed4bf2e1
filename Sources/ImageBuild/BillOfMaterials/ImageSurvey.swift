import Platform
import PortageFiles
import Stamps
import TextKit

/// Finds out what an image in O consists of.
struct ImageSurvey {
  /// The name of the variant.
  let name: String
  /// O.
  let build: Path
  /// Whether the image has an initramfs.
  let hasInitramfs: Bool
  /// The file of its `BootStub`; nil if it has none.
  let bootStub: Path?
  /// The folders that are put over the image, relative to the working directory, which is the source tree.
  let overlays: [String]
  /// The files of the kernel's configuration, likewise.
  let kernelConfiguration: [String]

  private var root: Path { build / "rootfs" }
  private var resolution: Path { build / "resolution" }

  func billOfMaterials() throws -> BillOfMaterials {
    let provenance = try Provenance(file: resolution / Path(Resolution.provenanceName))
    let installed = try InstalledPackages(root: root).packages
    var components = try packages(of: .rootfs, in: root, provenance)
    if hasInitramfs {
      let known = Set(components.map(\.reference))
      components += try packages(of: .initramfs, in: build / "initramfs", provenance).filter {
        !known.contains($0.reference)
      }
    }
    components.append(try kernel())
    if let bootStub {
      components.append(try BootStub(file: bootStub).component(named: "\(bootStub.lastComponent)"))
    }
    components += Self.others
    try add(files(), to: &components, installed)
    return BillOfMaterials(
      name: name, components: components.sorted { $0.reference < $1.reference }, tools: try tools(),
      licenses: provenance.licenses.merging(Self.ownLicenses) { $1 })
  }

  // MARK: Packages

  private static func reference(_ package: InstalledPackage) -> String {
    "\(package.package):\(package.slot.prefix { $0 != "/" })"
  }

  private func packages(
    of stage: ResolvedList.Name, in root: Path, _ provenance: Provenance
  ) throws -> [BillOfMaterials.Component] {
    let list = try ResolvedList(file: Resolution.file(of: stage, in: resolution))
    let members = Dictionary(list.members.map { ($0.package.id, $0) }) { first, _ in first }
    let installed = try InstalledPackages(root: root).packages
    return try installed.map { try component($0, in: root, members[$0.id], provenance, among: installed) }
  }

  private func component(
    _ package: InstalledPackage, in root: Path, _ member: ResolvedList.Member?, _ provenance: Provenance,
    among installed: [InstalledPackage]
  ) throws -> BillOfMaterials.Component {
    let folder = InstalledPackages.database(of: root) / Path(package.versionedName)
    func text(_ name: String) -> String {
      let bytes = (try? File.read(folder / name)) ?? []
      return String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
    var component = BillOfMaterials.Component(
      kind: .package, reference: Self.reference(package), name: package.package)
    component.version = package.version
    component.description = text("DESCRIPTION")
    component.homepage = text("HOMEPAGE").prefix { $0 != " " }.description
    component.license = LicenseExpression(package.license)
    component.purl = package.id.url
    component.cpe = Self.platform("a:*", package.name, package.id.version.prefix { $0 != "-" }.description)
    component.origin =
      "Built from \(package.versionedName).ebuild of the repository "
      + "\(member?.package.repository ?? package.repository)\(Self.checkout(member?.ingredients ?? []))."
    component.use = package.use
    component.sources = (member?.package.sources ?? []).map { source in
      BillOfMaterials.Source(
        name: source.name, uri: provenance.uri(of: source.name, of: package.id) ?? "",
        digests: source.digests.compactMap { text in
          let words = text.split(separator: " ").map(String.init)
          return words.count == 2 ? BillOfMaterials.Checksum(algorithm: words[0], value: words[1]) : nil
        })
    }
    component.patches = (member?.ingredients ?? []).compactMap(Self.patch)
    let needs = try PackageDependencies(folder: folder).runtime
    component.dependencies = installed.filter { other in
      other.id != package.id && needs.contains { $0.mayMean(other) }
    }.map(Self.reference).sorted()
    return component
  }

  /// Names what a build read of a checkout on this machine; empty if it read none.
  private static func checkout(_ ingredients: [Listing.Entry]) -> String {
    let files = Listing(ingredients.filter { $0.key.starts(with: "checkout ".utf8) })
    return files.entries.isEmpty ? "" : ", and a checkout whose files have the digest \(files.digest)"
  }

  /// The patch that an ingredient of a build is; nil if it is something else.
  private static func patch(_ ingredient: Listing.Entry) -> BillOfMaterials.Source? {
    guard ingredient.key.starts(with: "patches/".utf8),
      case let value = String(decoding: ingredient.value, as: UTF8.self).split(separator: " "),
      value.count == 2,
      Digest(hex: value[1]) != nil
    else { return nil }
    return BillOfMaterials.Source(
      name: "etc/portage/" + printable(ingredient.key), uri: "",
      digests: [BillOfMaterials.Checksum(algorithm: "SHA256", value: String(value[1]))])
  }

  /// A CPE by which those who report vulnerabilities may know a part. The vendor of a package is not known.
  private static func platform(_ vendor: String, _ product: String, _ version: String) -> String {
    func bound(_ text: String) -> String {
      text.lowercased().map { character in
        let isPlain =
          character.isASCII && (character.isLetter || character.isNumber || "-._".contains(character))
        return (isPlain ? "" : "\\") + String(character)
      }.joined()
    }
    return "cpe:2.3:\(vendor):\(bound(product)):\(bound(version)):*:*:*:*:*:*:*"
  }

  // MARK: The kernel, and what belongs to no package

  private static let kernelReference = "linux"
  static let kernelLicense = "GPL-2.0-only WITH Linux-syscall-note"
  /// Of what is no package of a repository.
  private static let ownLicenses = Dictionary(
    uniqueKeysWithValues: [kernelLicense, BootStub.license].map { ($0, Provenance.License.spdx($0)) })

  private func kernel() throws -> BillOfMaterials.Component {
    let image = build / "kernel/vmlinuz"
    let kernel = try KernelDescription(image: image, configuration: kernelConfiguration)
    var component = BillOfMaterials.Component(kind: .kernel, reference: Self.kernelReference, name: "linux")
    component.version = kernel.version
    component.description = "The Linux kernel"
    component.homepage = "https://www.kernel.org/"
    component.origin =
      "Built with the options of \(kernelConfiguration.joined(separator: " and ")), all others off."
    component.options = kernel.options
    component.sources = kernel.sources
    component.artifact = ("vmlinuz", kernel.digest)
    // A release that a distribution has named otherwise is this one to those who report vulnerabilities.
    let release = kernel.version.prefix { $0.isNumber || $0 == "." }
    if release.isEmpty {
      component.purl = "pkg:generic/linux"
    } else {
      // Nobody reports vulnerabilities of a generic package, and some tools would look no further.
      component.cpe = Self.platform("o:linux", "linux_kernel", String(release))
    }
    component.license = .license(Self.kernelLicense)
    return component
  }

  private static let overlay = BillOfMaterials.Component(
    kind: .files, reference: "overlay", name: "overlay",
    description: "Files of the source tree that are put over the image")
  private static let settings = BillOfMaterials.Component(
    kind: .files, reference: "env-update", name: "env-update",
    description: "Files that Portage generates from the settings of packages in etc/env.d")
  private static let scripts = BillOfMaterials.Component(
    kind: .files, reference: "merge", name: "merge",
    description: "Files that were made when packages were merged, by their code")
  private static let others = [overlay, settings, scripts]

  // MARK: Files

  private func files() throws -> [(owner: FileOwners.Owner, file: BillOfMaterials.File)] {
    let owners = try FileOwners("rootfs", in: build, source: Directory.current(), overlays: overlays)
    let files = try owners.files()
    let root = root
    // A thread is worth some megabytes.
    let digests = concurrentMap(files.map(\.path), minimum: 64) { path -> Result<FileDigests, SystemError> in
      do throws(SystemError) {
        return .success(try FileDigests(of: root / path))
      } catch {
        return .failure(error)
      }
    }
    return try zip(files, digests).map { file, digests in
      (file.owner, BillOfMaterials.File(path: file.path, digests: try digests.get()))
    }
  }

  private func add(
    _ files: [(owner: FileOwners.Owner, file: BillOfMaterials.File)],
    to components: inout [BillOfMaterials.Component], _ installed: [InstalledPackage]
  ) throws {
    let packages = Dictionary(installed.map { ($0.id, Self.reference($0)) }) { first, _ in first }
    let places = Dictionary(components.enumerated().map { ($1.reference, $0) }) { first, _ in first }
    for (owner, file) in files {
      let reference =
        switch owner {
        case .package(let package), .leftOut(let package): packages[package]
        case .overlay: Self.overlay.reference
        case .kernel: Self.kernelReference
        case .nobody:
          AssembledRoot.generatedFiles.contains(file.path) ? Self.settings.reference : Self.scripts.reference
        }
      if let place = reference.flatMap({ places[$0] }) { components[place].files.append(file) }
    }
    // One of these with no files is none.
    components.removeAll { $0.kind == .files && $0.files.isEmpty }
  }

  // MARK: Tools

  /// Reads such as `x86_64-linux-gnu-gcc (Debian 12.2.0-14) 12.2.0, GNU ld (GNU Binutils for Debian) 2.40, DIGEST`.
  private func tools() throws -> [BillOfMaterials.Tool] {
    let texts = try RootToolchains.all(of: root).flatMap {
      $0.split(separator: ", ").dropLast().map(String.init)
    }
    return Set(texts).sorted().map { text in
      let name = text.hasPrefix("GNU ld") ? "binutils" : text.contains("gcc") ? "gcc" : text
      let version = text.firstMatch(of: /\) (\S+)/)?.1 ?? text.split(separator: " ").last ?? ""
      return BillOfMaterials.Tool(name: name, version: String(version), description: text)
    }
  }
}

extension Atom {
  /// Whether the atom may refer to this package, by name and slot.
  fileprivate func mayMean(_ package: InstalledPackage) -> Bool {
    category == package.category && name == package.name
      && (slot?.name.map { $0 == package.slot.prefix { $0 != "/" } } ?? true)
  }
}
