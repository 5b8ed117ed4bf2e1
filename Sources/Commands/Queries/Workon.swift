import BuildGraph
import BuildSettings
import ImageBuild
import Platform
import PortageFiles
import TextKit

extension Command {
  static let workon = Command(
    "workon", "[PKG]", summary: "have its source in a git tree, and build that",
    details: [
      "The source of the package, unpacked and with the variant's patches, becomes a git tree in DIR, by default a folder with "
        + "the package's name beside the source tree. From then on the package is built with all that is changed there, "
        + "committed or not, but for files that git ignores. A link among the variant's patches has it built so.",
      "With --finish the commits become patches of the variant; they are shown, and written when somebody has agreed. With "
        + "--stop the package is built as before. The git tree stays in both cases. Without words it says which packages are "
        + "worked on.",
    ],
    words: .oneOf([]), options: [.workTree, .finish, .stop, .yes, .json],
    check: { invocation throws(UserError) in
      if invocation.words.count > 1 { throw .tooManyWords("workon") }
      let given = [Option.workTree, .finish, .stop].filter { invocation.has($0) }
      if given.count > 1 { throw UserError("'\(given[0].name)' and '\(given[1].name)' do not go together") }
      if let option = given.first, invocation.words.isEmpty {
        throw UserError("'\(option.name)' needs a package: sysbuild workon \(option.name) PKG")
      }
      if invocation.wantsJSON, !invocation.words.isEmpty { throw .noJSON(invocation.command) }
    },
    run: { try Workon(Session($0)).run() })
}

extension Option {
  static let workTree = Option(
    "--in", takes: .init(placeholder: "DIR", noun: "a folder", completion: .folder),
    "the folder for the source of a package")
  static let finish = Option("--finish", "make patches of the commits")
}

extension Session {
  /// Says which packages somebody works on, so that nobody ships that unaware.
  func noteWorks() throws {
    if invocation.isSilent { return }
    for work in works { Program.complain(try work.note(settings)) }
  }
}

/// `sysbuild workon PACKAGE`: has its source in a git tree.
private struct Workon {
  let session: Session
  private var invocation: Invocation { session.invocation }
  private var settings: Settings { session.settings }
  private var source: Path { settings.locations.source }

  init(_ session: Session) {
    self.session = session
  }

  func run() throws -> Ending {
    guard settings.variant != nil else { throw UserError.noImageGraph }
    guard let word = invocation.words.first else { return try list() }
    let work = session.works.first { $0.isNamed(word) }
    if invocation.has(.finish) { return try finish(work, word) }
    if invocation.has(.stop) { return try stop(work, word) }
    return try begin(word, work)
  }

  private func list() throws -> Ending {
    let works = try session.works.map { ($0, version: try $0.unpacked()?.version) }
    if invocation.wantsJSON {
      let packages = works.map { work, version -> JSON in
        [
          "name": .string(work.name), "version": version.map { .string($0) } ?? .null,
          "folder": .string("\(work.tree.folder)"), "link": .string(work.link),
        ]
      }
      let answer: JSON = ["version": 1, "packages": .array(packages)]
      return try Program.show(answer.pretty + "\n")
    }
    if works.isEmpty { return try Program.show("no package is worked on: 'sysbuild workon PKG' begins\n") }
    let rows = works.map { work, version in [work.name, version ?? "?", "\(work.tree.folder)", work.link] }
    return try Program.show(Table(["package", "version", "work tree", "because of"], rows).text)
  }

  // MARK: Beginning

  private func begin(_ word: String, _ work: WorkedPackage?) throws -> Ending {
    let needed = try OwnCommand.run(["--silent", "resolution", "toolchain"], session, output: 2)
    guard needed.isSuccess else { return .exit(needed.shellStatus) }
    if let work { return try goOn(work) }
    let package = try ChosenPackage(word, settings)
    let folder = try folder(of: package)
    let scratch = try Directory.createTemporary(prefix: "/tmp/sysbuild-workon-")
    defer { try? Directory.removeTree(scratch) }
    try unpack(package, in: scratch)
    let tree = try WorkTree.create(folder, from: scratch / "source", of: package.id)
    let link = source / Path(package.link)
    try Directory.create(link.parent, intermediates: true)
    try File.symlink(tree.patch, at: link)
    return try Program.show(
      """
      the source of \(package.id) is in '\(folder)'; what is changed there is built, because of
        \(package.link)
      '\(invocation.commandLine(["workon", "--finish", package.name]))' makes patches of its commits

      """)
  }

  /// Has the work stand on what Portage prepares now, after a new version or another patch.
  private func goOn(_ work: WorkedPackage) throws -> Ending {
    if invocation.has(.workTree) {
      throw UserError("\(work.link): \(work.name) is worked on in '\(work.tree.folder)' already")
    }
    let package = try ChosenPackage(work, settings)
    let scratch = try Directory.createTemporary(prefix: "/tmp/sysbuild-workon-")
    defer { try? Directory.removeTree(scratch) }
    try unpack(package, in: scratch)
    let moved = try work.tree.rebase(onto: scratch / "source", of: package.id)
    return try Program.show(
      "the work in '\(work.tree.folder)' stands on \(package.id) \(moved ? "now" : "already")\n")
  }

  /// Where the source is to be: not in the source tree, of which it would be a part, nor in O, which may be removed.
  private func folder(of package: ChosenPackage) throws -> Path {
    let given = invocation.value(of: .workTree).map { Path($0) }
    let named = try given.map { try Directory.current() / $0 } ?? source.parent / package.id.name
    // Links may lead anywhere.
    let folder = (File.resolve(named.parent) ?? named.parent) / named.normalized.lastComponent
    let others = [("the source tree", source)] + settings.outputFolders.map { ($0.name, $0.path) }
    if let (name, other) = others.first(where: { folder.isInside(File.resolve($1) ?? $1) }) {
      throw UserError("'\(folder)' is in \(name), '\(other)': name another folder with --in")
    }
    guard File.exists(folder) else { return folder }
    guard File.isDirectory(folder), try Directory.entries(of: folder).isEmpty else {
      throw UserError("'\(folder)' is there already, and not empty: name another folder with --in")
    }
    return folder
  }

  /// Has Portage unpack the source to `scratch/source`.
  private func unpack(_ package: ChosenPackage, in scratch: Path) throws {
    let program = source / Path(settings.variables["HOSTS"]?.value ?? "") / "prepare"
    let status = try OwnCommand.run(
      ["shell", "world", "--", "portage-python", "\(program)", package.atom, "\(scratch)"], session)
    let files = scratch / "source"
    if File.exists(files) {
      if !(try Directory.entries(of: files).isEmpty) { return }
      throw UserError(
        "\(package.id) unpacks nothing: its source is in its folder of the repository, where it can be changed")
    }
    let log = (try? File.read(scratch / "log")) ?? []
    if status.isSuccess {
      throw UserError("\(package.id) knows no user's patches, as its EAPI is older than 6")
    }
    let lines = log.split(separator: 0x0A).suffix(10).map { printable($0) }
    throw UserError((["the source of \(package.id) cannot be unpacked:"] + lines).joined(separator: "\n  "))
  }

  // MARK: The end

  private func finish(_ work: WorkedPackage?, _ word: String) throws -> Ending {
    let work = try known(work, word)
    let package = try ChosenPackage(work, settings)
    let patches = try work.patches(from: package.nextPatch, settings)
    if patches.isEmpty {
      throw UserError(
        "'\(work.tree.folder)' has no commit behind the tag 'portage': 'sysbuild workon --stop' ends the work")
    }
    let names = package.patches(patches.map(\.name))
    guard try SourceEdits(zip(names, patches).map { ($0, $1.text) }, in: source).carryOut(invocation) else {
      return try Program.show("nothing was written\n")
    }
    try work.stop(settings)
    return try Program.show(
      "\(work.name) is built with these patches; the work stays in '\(work.tree.folder)'\n")
  }

  private func stop(_ work: WorkedPackage?, _ word: String) throws -> Ending {
    let work = try known(work, word)
    try work.stop(settings)
    return try Program.show("\(work.name) is built as before; the work stays in '\(work.tree.folder)'\n")
  }

  private func known(_ work: WorkedPackage?, _ word: String) throws(UserError) -> WorkedPackage {
    if let work { return work }
    throw UserError("'\(word)' is not worked on\(didYouMean(word, among: session.works.map(\.name)))")
  }
}
