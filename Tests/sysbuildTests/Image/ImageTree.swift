import Glibc
import Platform
import Synchronization
import Testing

/// A source tree with the variant `tiny`, whose ebuilds have no sources, and its O and IMAGESDIR, in which everything
/// is built: real Portage, real mksquashfs, two seconds a package.
///
/// Each test has one for itself as long as the value lasts. There are as many as processors, at most four: each
/// is built when it is first needed, and put back to that state for each further test.
final class ImageTree {
  let folder: Path
  var source: Path { folder / "source" }
  var build: Path { folder / "O" }
  var images: Path { folder / "images" }
  private let place: Place

  /// Waits until one is free, without keeping a thread from other tests.
  init() async throws {
    place = await Place.take()
    folder = try Environment.executable().parent / "image-tests/\(place.number)"
    if place.isMade.load(ordering: .relaxed) {
      try restore()
    } else {
      try make()
      place.isMade.store(true, ordering: .relaxed)
    }
  }

  deinit { place.giveBack() }

  private func make() throws {
    let package = Path(#filePath).parent.parent.parent.parent
    try Directory.removeTree(folder)
    try Directory.create(folder, intermediates: true)
    try run(["cp", "-a", "\(package / "Tests/sysbuildTests/Image/tiny")", "\(source)"])
    try run(["cp", "-a", "\(package / "hosts")", "\(source / "hosts")"])
    let first = try sysbuild(["image"])
    try #require(first.status == 0, "\(first.output)")
    try run(
      script("mkdir copy; cp -a source O images copy; state > state; content < state > content; mv copy saved"))
  }

  /// Puts everything back to what it was when all had been built: exchanges what is another file now, or was written
  /// to, and compares the whole. With -P tar makes absolute links at once, and not after it has set the times of folders.
  private func restore() throws {
    try run(
      script(
        """
        state > now
        awk -F '\t' '
          FILENAME == "state" { was[$2] = $1; next }
          { is[$2] = $1 }
          function differs(path) {
            other[path]; folder = path; sub("/[^/]*$", "", folder); other[folder]
          }
          END {
            for (path in is) if (is[path] != was[path]) {
              differs(path)
              if (is[path] !~ /^d/ || was[path] !~ /^d/) print path > "removed"
            }
            for (path in was) if (is[path] != was[path]) differs(path)
            printf "" > "copied"
            for (path in other) if (path in was) print path > "copied"
          }' state now
        test ! -e removed || xargs -d '\n' rm -rf < removed
        tar -c -C saved --format=posix --xattrs --no-recursion --verbatim-files-from -T "$PWD/copied" |
          tar -xpP --xattrs --delay-directory-restore
        state > now
        content < now | cmp content -
        mv now state
        rm -f removed
        """))
  }

  /// A shell script in the tree's folder, with two functions: `state` prints a line for each path, with all that a
  /// change of it changes; `content` leaves of these lines what is to be as it was.
  private func script(_ text: String) -> [String] {
    let functions = #"""
      set -eu
      export LC_ALL=C
      state() {
        find source O images \( -type d -printf '%y %i %C@ %T@ %m %U %G\t%p\n' \) -o \
          -printf '%y %i %C@ %T@ %m %U %G %s %l\t%p\n'
      }
      content() { sed -E 's/^(.) [^ ]+ [^ ]+/\1/' | sort; }
      cd "$0"

      """#
    return ["sh", "-c", functions + text, "\(folder)"]
  }

  /// - Parameter launcher: what starts it.
  func sysbuild(_ arguments: [String], by launcher: [String] = []) throws -> (status: Int32, output: String) {
    try output(launcher + sysbuildWords(arguments))
  }

  /// Starts sysbuild and goes on.
  func start(_ arguments: [String]) throws -> ChildProcess { try start(words: sysbuildWords(arguments)) }

  private func sysbuildWords(_ arguments: [String]) throws -> [String] {
    let program = try Environment.executable().parent / "sysbuild"
    return ["\(program)", "-C", "\(source)", "O=\(build)", "IMAGESDIR=\(images)", "VARIANT=tiny"] + arguments
  }

  /// The processes that are in this tree.
  func processes() throws -> [Int32] {
    // By the folders themselves: in the namespace of a build they have other paths.
    let places = try [source, build].map { try FileStatus($0) }
    func isInside(_ directory: Path) -> Bool {
      var directory = directory
      while let status = try? FileStatus(directory, followingLinks: true) {
        if places.contains(where: { $0.inode == status.inode && $0.device == status.device }) { return true }
        let parent = directory / ".."
        if let above = try? FileStatus(parent), above.inode == status.inode, above.device == status.device {
          break
        }
        directory = parent
      }
      return false
    }
    return try Directory.entries(of: "/proc").compactMap { Int32("\($0.name)") }
      .filter { isInside(Path("/proc/\($0)/cwd")) }
  }

  /// The names of the targets that ran, from what sysbuild printed.
  static func ran(_ output: String) -> [String] {
    output.split(separator: "\n").filter { $0.contains(": done in ") }.map { String($0.prefix { $0 != ":" }) }
  }

  /// The names with this verdict in a dry run's text.
  static func named(_ verdict: String, in output: String) -> [String] {
    output.split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ")
      return words.count > 1 && words[1] == verdict && line.first != " " ? String(words[0]) : nil
    }
  }

  /// Every path of the source tree and O with its times, type, mode, size.
  func listing() throws -> String {
    try run(["find", "\(source)", "\(build)", "-printf", "%p %i %T@ %C@ %M %s\\n"])
  }

  func write(_ name: String, _ content: String) throws {
    try Directory.create((source / name).parent, intermediates: true)
    try File.write(Array(content.utf8), to: source / name)
  }

  func read(_ name: String) throws -> String {
    String(decoding: try File.read(source / name), as: UTF8.self)
  }

  func edit(_ name: String, _ old: String, _ new: String) throws {
    let text = try read(name)
    try #require(text.contains(old))
    try write(name, text.replacing(old, with: new))
  }

  func append(_ line: String, to name: String) throws {
    try write(name, (File.exists(source / name) ? try read(name) : "") + line + "\n")
  }

  func removeLine(_ line: String, from name: String) throws {
    let lines = try read(name).split(separator: "\n")
    try #require(lines.contains { $0 == line })
    try write(name, lines.filter { $0 != line }.joined(separator: "\n") + "\n")
  }

  /// Expects that some version of `package` is installed in a root of O, or that none is.
  func expect(
    _ package: String, in root: String, isThere: Bool = true, at location: SourceLocation = #_sourceLocation
  ) throws {
    let parts = package.split(separator: "/")
    let category = build / root / "var/db/pkg" / String(parts[0])
    let installed = File.exists(category) ? try Directory.entries(of: category).map { "\($0.name)" } : []
    #expect(installed.contains { $0.hasPrefix(parts[1] + "-") } == isThere, sourceLocation: location)
  }

  func expect(
    _ build: String, in root: String, use flag: String, at location: SourceLocation = #_sourceLocation
  ) throws {
    let use = try File.read(self.build / root / "var/db/pkg" / build / "USE")
    #expect(String(decoding: use, as: UTF8.self).contains(flag), sourceLocation: location)
  }

  @discardableResult
  func run(_ words: [String]) throws -> String {
    let result = try output(words)
    try #require(result.status == 0, "\(words): \(result.output)")
    return result.output
  }

  func output(_ words: [String]) throws -> (status: Int32, output: String) {
    let status = try start(words: words).reap()
    return (status.shellStatus, try printed())
  }

  /// What the command started last has printed; through a file, so that no pipe can fill up.
  func printed() throws -> String { String(decoding: try File.read(folder / "output"), as: UTF8.self) }

  private func start(words: [String]) throws -> ChildProcess {
    let program = try #require(ProgramSearch.find(words[0], in: "/usr/local/bin:/usr/bin:/bin"))
    let file = try FileDescriptor.open(folder / "output", O_WRONLY | O_CREAT | O_TRUNC)
    return try ChildProcess(
      program: program, arguments: words.map { Array($0.utf8) },
      environment: [Array("PATH=/usr/bin:/bin".utf8)],
      output: file.raw, error: file.raw)
  }
}

/// One of the folders that a tree is made in.
private final class Place: Sendable {
  let number: Int
  /// Whether this process has made the tree.
  let isMade = Atomic(false)

  private init(_ number: Int) {
    self.number = number
  }

  private struct Places {
    var free: [Place]
    var waiting: [CheckedContinuation<Place, Never>] = []
  }

  private static let places = Mutex(Places(free: (1...min(4, processorCount)).map { Place($0) }))

  static func take() async -> Place {
    await withCheckedContinuation { continuation in
      let place = places.withLock { places in
        if let place = places.free.popLast() { return Optional(place) }
        places.waiting.append(continuation)
        return nil
      }
      if let place { continuation.resume(returning: place) }
    }
  }

  func giveBack() {
    let next = Self.places.withLock { places in
      if !places.waiting.isEmpty { return Optional(places.waiting.removeFirst()) }
      places.free.append(self)
      return nil
    }
    next?.resume(returning: self)
  }
}
