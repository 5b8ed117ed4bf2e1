public import Platform

/// An ELF object of an installed package, as `NEEDED.ELF.2` in its entry of the database lists it.
public struct InstalledObject: Hashable, Sendable {
  /// Relative to the root.
  public let path: Path
  /// Empty if it has none, as a program.
  public let soname: String
  /// The SONAMEs of the libraries that it is linked with.
  public let needed: [String]
  /// The category of its architecture, as `x86_64`: it is linked with libraries of the same.
  public let category: String
}

extension InstalledObject {
  /// The objects of a package that is installed in `root`, in the order in which Portage lists them.
  ///
  /// - Throws: `SystemError` if the list cannot be read. A package without a list has no objects.
  public static func all(of package: PackageVersion, in root: Path) throws(SystemError) -> [InstalledObject] {
    let file = InstalledPackages.database(of: root) / Path("\(package)") / "NEEDED.ELF.2"
    do throws(SystemError) {
      return try File.read(file).split(separator: 0x0A).compactMap { InstalledObject(line: $0) }
    } catch {
      if error.isMissing { return [] }
      throw error
    }
  }

  /// Parses `X86_64;/usr/lib/libx.so.1.2;libx.so.1;RUNPATH;libc.so.6,libm.so.6;x86_64`. Nil for another form.
  init?(line: ArraySlice<UInt8>) {
    let parts = line.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
    guard parts.count >= 6, case let path = parts[1].drop(while: { $0 == UInt8(ascii: "/") }), !path.isEmpty
    else {
      return nil
    }
    self.path = Path(bytes: Array(path))
    soname = String(decoding: parts[2], as: UTF8.self)
    needed = parts[4].split(separator: UInt8(ascii: ",")).map { String(decoding: $0, as: UTF8.self) }
    category = String(decoding: parts[5], as: UTF8.self)
  }
}
