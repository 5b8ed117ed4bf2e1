public import Platform
import TextKit

/// A file or link that an installed package owns, as `CONTENTS` in its entry of the database lists it (portage(5)).
public struct InstalledFile: Hashable, Sendable {
  public enum Content: Hashable, Sendable {
    /// A file. The digest is what Portage calculated when it was merged, in lower-case hexadecimal digits.
    case file(md5: String)
    case link(target: [UInt8])
  }

  /// The path, relative to the root.
  public let path: Path
  public let content: Content
}

extension InstalledFile {
  /// The files of a package that is installed in `root`, in the order in which Portage lists them. Directories, devices
  /// and FIFOs are left out.
  ///
  /// - Throws: `SystemError` if the list cannot be read. A package without a list has no files.
  public static func all(of package: PackageVersion, in root: Path) throws(SystemError)
    -> [InstalledFile]
  {
    let file = InstalledPackages.database(of: root) / Path("\(package)") / "CONTENTS"
    do throws(SystemError) {
      return listed(in: try File.read(file))
    } catch {
      if error.isMissing { return [] }
      throw error
    }
  }

  /// The bytes of the files that a package has in `root`. Portage's own figure (`SIZE`) is that of the build, with what
  /// INSTALL_MASK has left out since.
  ///
  /// - Throws: `SystemError` if the list of files cannot be read.
  public static func size(of package: PackageVersion, in root: Path) throws(SystemError) -> Int {
    try present(of: package, in: root).reduce(0) { $0 + Int($1.status.size) }
  }

  /// The files that a package has in `root`, without links, each once, however many names it has.
  ///
  /// - Throws: `SystemError` if the list of files cannot be read.
  public static func present(
    of package: PackageVersion, in root: Path
  ) throws(SystemError) -> [(path: Path, status: FileStatus)] {
    var seen: Set<FileStatus> = []
    var found: [(path: Path, status: FileStatus)] = []
    for file in try all(of: package, in: root) {
      // What is not there, or a folder now, takes no room.
      guard case .file = file.content, let status = try? FileStatus(root / file.path), status.kind == .file,
        seen.insert(status).inserted
      else { continue }
      found.append((file.path, status))
    }
    return found
  }

  /// Parses a CONTENTS, which has lines `obj PATH MD5 TIME` and `sym PATH -> TARGET TIME`. Other lines are skipped.
  static func listed(in text: [UInt8]) -> [InstalledFile] {
    text.split(separator: 0x0A).compactMap { InstalledFile(line: $0) }
  }

  init?(line: ArraySlice<UInt8>) {
    guard let path = line.dropFirst(4).withoutLastWord, !path.last.isEmpty, path.last.allSatisfy(\.isDigit)
    else {
      return nil
    }
    if line.starts(with: "obj ".utf8), let name = path.rest.withoutLastWord, !name.last.isEmpty,
      !name.last.contains(where: TextLines.isSpace)
    {
      self.init(name.rest, .file(md5: String(decoding: name.last, as: UTF8.self)))
    } else if line.starts(with: "sym ".utf8), let arrow = path.rest.lastPosition(of: Array(" -> ".utf8)) {
      let target = Array(path.rest[arrow...].dropFirst(4))
      if target.isEmpty { return nil }
      self.init(path.rest[..<arrow], .link(target: target))
    } else {
      return nil
    }
  }

  private init?(_ path: ArraySlice<UInt8>, _ content: Content) {
    let relative = path.drop { $0 == UInt8(ascii: "/") }
    if relative.isEmpty { return nil }
    self.init(path: Path(bytes: Array(relative)), content: content)
  }

  /// Files that Portage keeps in a root only because programs there are still linked with them, although their package
  /// has them no more (`preserve-libs`), relative to the root.
  public static func preserved(in root: Path) throws(SystemError) -> Set<Path> {
    let file = root / "var/lib/portage/preserved_libs_registry"
    let text: [UInt8]
    do throws(SystemError) {
      text = try File.read(file)
    } catch {
      if error.isMissing { return [] }
      throw error
    }
    // "CATEGORY/NAME:SLOT": ["CATEGORY/NAME-VERSION", "COUNTER", ["PATH", …]]
    guard case .object(let members)? = JSONReader.value(of: text) else { return [] }
    let paths = members.flatMap { member -> [String] in
      guard case .array(let parts) = member.value, case .array(let paths)? = parts.last else { return [] }
      return paths.compactMap(\.text)
    }
    return Set(paths.map { Path(String($0.drop { $0 == "/" })) })
  }
}

extension ArraySlice<UInt8> {
  /// What stands before and behind the last blank.
  fileprivate var withoutLastWord: (rest: Self, last: Self)? {
    lastIndex(of: 0x20).map { (self[..<$0], self[$0...].dropFirst()) }
  }

  fileprivate func lastPosition(of text: [UInt8]) -> Int? {
    indices.last { self[$0...].starts(with: text) }
  }
}
