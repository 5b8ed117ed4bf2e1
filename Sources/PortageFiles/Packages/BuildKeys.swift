public import Platform
import Stamps

/// The keys of the builds that are installed in a root. A key is a digest of what a build was made from, without version,
/// slot, repository and USE flags: builds that agree in all of these are the same, wherever and whenever they were made.
///
/// They are stored as a listing, `ROOT/var/db/sysbuild/keys`, in which the key of a build stands under
/// `category/name-version` and the time at which it was built, such as `sys-libs/pam-1.5.3 1764121212`. So a build that
/// took the place of another has no key until one is stored.
public struct BuildKeys {
  private let keys: [[UInt8]: String]

  /// The file of the keys in `root`.
  public static func file(of root: Path) -> Path { root / "var/db/sysbuild/keys" }

  /// Reads the keys of `root`. A file that is missing or damaged has none.
  ///
  /// - Throws: `SystemError` if the file is there but cannot be read.
  init(root: Path, recorder: ReadRecorder) throws(SystemError) {
    let text: [UInt8]
    do {
      text = try recorder.content(of: Self.file(of: root))
    } catch let error where error.isMissing {
      text = []
    }
    let entries = Listing(stored: text)?.entries ?? []
    keys = Dictionary(entries.map { ($0.key, String(decoding: $0.value, as: UTF8.self)) }) { first, _ in first }
  }

  subscript(id: PackageVersion, time: String) -> String? { keys[Array("\(id) \(time)".utf8)] }

  /// Stores the keys of builds in `root`, and removes all others.
  public static func store(_ keys: [(build: PackageBuild, key: String)], in root: Path) throws(SystemError) {
    let file = file(of: root)
    let listing = Listing(keys.map { Listing.Entry("\($0.build.id) \($0.build.time)", $0.key) })
    try Directory.create(file.parent, intermediates: true)
    try AtomicFile.write(listing.storedText, to: file, durable: false)
  }
}
