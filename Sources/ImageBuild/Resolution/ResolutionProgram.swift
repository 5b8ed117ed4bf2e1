import Platform
import PortageFiles
import TextKit

/// The program `resolve` of the host backends, which asks Portage's own resolver.
///
/// It reads its request from a file and writes its answer to another, both JSON. The request is an object:
/// - `scratch`: a folder for roots that stand for those of the image;
/// - `configuration` and `bootstrapConfiguration`: the configuration roots;
/// - `bootstrap`: objects with `atom`, `use` (a value of USE; may be empty) and `options` (of emerge);
/// - `base`, `build`, `skeleton`, `install`, `installonly`, `initramfs`: the atoms of the sets;
/// - `allowed`: the only versions that may be taken, `category/name-version::repository`; or null;
/// - `update`, `buildonly`, `skeletonOptions`, `take`: the options with which the stages call emerge;
/// - `fetch`: whether to download the sources of all that is built.
///
/// The answer is an object: `lists` has an array of packages for each `ResolvedList.Name`, in the order in which emerge
/// came across them; `asked` the packages of which the resolver asked which versions there are. A package is an object
/// with `name`, `version`, `slot`, `subslot`, `repository`, `use`, `eclasses`, `bound`, `against`, `licenses` and
/// `sources`, which are objects with `name`, `uri`, `size` and `digests` (`ResolvedPackage`, `Provenance`). With `fetch` there is `sources`, too: the names of
/// the files, all of which are in DISTDIR. If one could not be had, there is no answer.
struct ResolutionProgram {
  struct Answer {
    let packages: [ResolvedList.Name: [ResolvedPackage]]
    let asked: [String]
    /// Of the packages of the image.
    var facts: [Provenance.Facts] = []
  }

  /// The sets of the image, and what breaks its circles.
  struct Sets {
    /// The atoms, each with the USE flags of its build.
    var bootstrap: [(atom: String, use: String)] = []
    var base: [String] = []
    var build: [String] = []
    var skeleton: [String] = []
    var install: [String] = []
    var installonly: [String] = []
    var initramfs: [String] = []
  }

  var sets: Sets
  /// The files of `FollowRules`.
  var follow: [Path] = []
  /// Nothing else is taken, if it is given.
  var lock: PackageLock?
  let bootstrapConfiguration: Path
  let configuration: Path
  /// The folder of the host backends.
  let hosts: Path

  /// Whether to download the sources of all that is built.
  var fetches = false

  /// The program with its arguments, run by a Python that the target host-tools provides.
  func words(in scratch: Path) -> [String] {
    ["portage-python", "\(hosts / "resolve")", "\(request(in: scratch))", "\(answer(in: scratch))"]
  }

  /// The variables of a stage's environment that differ for the program: nothing that is installed, or stored as a
  /// binary package, may count.
  func environment(in scratch: Path) -> [String: String] {
    ["PKGDIR": "\(scratch / "packages")", "ROOT": "\(scratch / "root")", "PORTAGE_TMPDIR": "\(scratch)"]
  }

  private func request(in scratch: Path) -> Path { scratch / "request.json" }
  private func answer(in scratch: Path) -> Path { scratch / "answer.json" }

  /// Writes the request to the scratch folder.
  ///
  /// - Parameters:
  ///   - stage: a stage, for its repositories.
  ///   - place: returns where the program finds a configuration root.
  func prepare(
    in scratch: Path, _ stage: EmergeStage, place: (Path) throws -> Path = { $0 }
  ) throws {
    try lock?.check(try stage.repositories(stage.reposConf))
    func array(_ texts: [String]) -> JSON { .array(texts.map { .string($0) }) }
    let bootstrap = sets.bootstrap.map { step -> JSON in
      ["atom": .string(step.atom), "use": .string(step.use), "options": array(EmergeOptions.bootstrap)]
    }
    let request: JSON = [
      "scratch": .string("\(scratch)"), "configuration": .string("\(try place(configuration))"),
      "bootstrapConfiguration": .string("\(try place(bootstrapConfiguration))"), "bootstrap": .array(bootstrap),
      "base": array(sets.base), "build": array(sets.build), "skeleton": array(sets.skeleton),
      "install": array(sets.install), "installonly": array(sets.installonly),
      "initramfs": array(sets.initramfs),
      "update": array(EmergeOptions.resolve), "buildonly": array(EmergeOptions.buildOnly),
      "skeletonOptions": array(EmergeOptions.takeAlone), "take": array(EmergeOptions.take),
      "fetch": .bool(fetches),
      "allowed": lock.map { array($0.entries.map { "\($0.id)::\($0.repository)" }) } ?? .null,
    ]
    try File.write(Array(request.line.utf8), to: self.request(in: scratch))
  }

  /// The resolution that the program has answered with.
  ///
  /// - Parameters:
  ///   - source: the source tree.
  ///   - environment: that of the program.
  func resolution(in scratch: Path, source: Path, environment: [String: String]) throws -> Resolution {
    func ingredients(_ configuration: Path) throws -> Ingredients {
      try EmergeStage(source: source) { name in
        name == "PORTAGE_CONFIGROOT" ? "\(configuration)" : environment[name]
      }.ingredients()
    }
    let resolution = try Resolution(
      readAnswer(in: scratch), bootstrap: ingredients(bootstrapConfiguration),
      target: ingredients(configuration), FollowRules(files: follow, in: source))
    try lock?.check(PackageLock(resolution))
    return resolution
  }

  /// The names of the files that the program has downloaded.
  func sources(in scratch: Path) throws -> [String] {
    let file = answer(in: scratch)
    guard let json = JSONReader.value(of: try File.read(file)), case .array(let names)? = json["sources"] else {
      throw UserError.noAnswer(file)
    }
    return names.compactMap(\.text)
  }

  private func readAnswer(in scratch: Path) throws -> Answer {
    let file = answer(in: scratch)
    guard let json = JSONReader.value(of: try File.read(file)), let lists = json["lists"],
      case .array(let asked)? = json["asked"]
    else { throw UserError.noAnswer(file) }
    var packages: [ResolvedList.Name: [ResolvedPackage]] = [:]
    for stage in ResolvedList.Name.allCases {
      guard case .array(let elements)? = lists[stage.rawValue] else { throw UserError.noAnswer(file) }
      packages[stage] = elements.compactMap { ResolvedPackage($0) }
      guard packages[stage]?.count == elements.count else { throw UserError.noAnswer(file) }
    }
    let image = [ResolvedList.Name.rootfs, .initramfs].flatMap { lists[$0.rawValue]?.elements ?? [] }
    let facts = image.compactMap { Provenance.Facts($0) }
    guard facts.count == image.count else { throw UserError.noAnswer(file) }
    return Answer(packages: packages, asked: asked.compactMap(\.text), facts: facts)
  }
}
