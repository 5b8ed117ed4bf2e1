import BuildGraph
package import BuildSettings
import EmergeOutput
package import Platform
package import PortageFiles
package import TextKit

/// Builds packages of the image once more, as binary packages in a scratch folder. What is installed stays as it is.
package struct SecondBuild {
  private let settings: Settings
  private let scratch: Path
  /// The packages that the words name.
  package let packages: [PackageVersion]
  /// The folder of the binary packages.
  package var binaryPackages: Path { scratch / "packages" }
  /// What emerge has printed.
  package var log: Path { scratch / "log" }

  /// - Parameter words: `category/name`, with or without a version.
  package init(_ words: [String], _ settings: Settings, scratch: Path) throws(UserError) {
    guard let resolution = Resolution(readIn: settings.locations.build / "resolution") else {
      throw .notBuilt
    }
    let known = [ResolvedList.Name.world, .installonly].flatMap { resolution.lists[$0]?.packages ?? [] }
    var packages: Set<PackageVersion> = []
    for word in words {
      let found = known.filter { $0.package == word || $0.versionedName == word }
      if found.isEmpty { throw .notInTheImage(word, among: known.map(\.package)) }
      packages.formUnion(found.map(\.id))
    }
    self.settings = settings
    self.scratch = scratch
    self.packages = packages.sorted { "\($0)" < "\($1)" }
  }

  /// Runs emerge. Must be called in the mount namespace of the build.
  ///
  /// - Parameter environment: that of the stage that builds these packages, as its commands see it.
  package func run(_ environment: [(name: String, value: String)], jobs: Int) throws {
    for name in ["packages", "tmp"] { try Directory.create(scratch / Path(name), intermediates: true) }
    // Portage works at the path of the first build, but leaves nothing there.
    let work = HostGuard.buildFolder / "tmp/sysroot"
    guard MountNamespace.bind(scratch / "tmp", over: work) else { throw UserError.noMount(work) }
    let own = [
      ("PKGDIR", binaryPackages), ("EMERGE_LOG_DIR", scratch), ("PORTAGE_LOGDIR", scratch),
      // What a compiler has printed before would be the first build again.
      ("CCACHE_DIR", ""),
    ].map { (name: $0.0, value: "\($0.1)") }
    let values = Dictionary(
      (environment + own + [("MAKEOPTS", "-j\(jobs)")]).map { ($0.name, $0.value) }
    ) { $1 }
    let path = values["PATH"] ?? ""
    guard let emerge = ProgramSearch.find("emerge", in: path, from: settings.locations.source) else {
      throw UserError.programMissing("emerge", searchPath: path)
    }
    let (output, status) = try ProgramOutput.ofBothStreams(
      emerge, ["emerge"] + EmergeOptions.buildOnly + ["--nodeps"] + packages.map { "=\($0)" },
      environment: values.map { "\($0.key)=\($0.value)" }, directory: settings.locations.source)
    try File.write(output, to: log)
    if status.isSuccess { return }
    let diagnosis = Diagnosis(emergeOutput: output)
    throw UserError.cannotBuildAgain(
      ([diagnosis?.headline].compactMap(\.self)) + (diagnosis?.details ?? []), log)
  }
}
