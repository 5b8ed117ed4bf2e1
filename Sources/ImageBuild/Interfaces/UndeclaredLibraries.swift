import EmergeOutput
import Platform
import PortageFiles

/// Finds packages that are linked with a library only because its package happened to be in the sysroot. In an image
/// that is built in another order they would be built without it, and when it changes they are not built anew.
struct UndeclaredLibraries {
  /// The packages that every package can be linked with. Where the host provides the compiler, its libraries are files of
  /// the C library's package.
  private static let everywhere: Set<String> = [
    "sys-devel/gcc", "sys-libs/glibc", "sys-libs/libcxx", "sys-libs/libcxxabi", "sys-libs/llvm-libunwind",
    "sys-libs/musl", "llvm-runtimes/libcxx", "llvm-runtimes/libcxxabi", "llvm-runtimes/libunwind",
  ]

  private let root: Path
  /// The places of the packages that have a shared object, by its soname.
  private var providers: [String: [String]] = [:]

  /// - Parameter root: in which the packages are installed.
  init(in root: Path) throws {
    self.root = root
    for package in try InstalledPackages(root: root).packages {
      let place = RootPlan.Present(package).place
      for name in try Sonames(of: package.id, in: root).provided { providers[name, default: []].append(place) }
    }
  }

  /// A warning for each library of a package that is installed, if there is one.
  func warnings(about package: ResolvedPackage) throws -> [EmergeMessage] {
    let declared = Set(package.against.map(\.place) + [package.place])
    return try Sonames(of: package.id, in: root).required.sorted().compactMap { name in
      guard let places = providers[name], declared.isDisjoint(with: places),
        let provider = places.first?.prefix(while: { $0 != ":" }), !Self.everywhere.contains(String(provider))
      else { return nil }
      let library = name.drop { $0 != " " }.dropFirst()
      return .warning(
        "\(package.versionedName) is linked with \(library) of \(provider), but does not depend on it, so it is chance "
          + "whether it was there: add \(provider) to DEPEND and RDEPEND of \(package.name)-\(package.version).ebuild, or "
          + "build without it")
    }
  }
}
