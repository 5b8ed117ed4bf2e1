public import Platform

/// The dependencies of an installed package, as recorded in Portage's database in files such as `RDEPEND`, with
/// USE conditionals already evaluated.
///
/// They are read loosely: every alternative of a `||` counts, a blocker does not, and a word that is not an
/// atom is ignored.
public struct PackageDependencies {
  /// What it needs at run time: RDEPEND, PDEPEND and IDEPEND.
  public let runtime: [Atom]
  /// What it needs to be built: DEPEND and BDEPEND.
  public let build: [Atom]

  /// Reads the dependencies from the database.
  ///
  /// - Parameter folder: the folder of the package in the database; a file that does not exist counts as empty.
  /// - Throws: `SystemError` if a file is there but cannot be read.
  public init(folder: Path) throws(SystemError) {
    runtime = try Self.atoms(["RDEPEND", "PDEPEND", "IDEPEND"], in: folder)
    build = try Self.atoms(["DEPEND", "BDEPEND"], in: folder)
  }

  /// Makes dependencies from lists of atoms.
  public init(runtime: [Atom] = [], build: [Atom] = []) {
    self.runtime = runtime
    self.build = build
  }

  private static func atoms(_ files: [String], in folder: Path) throws(SystemError) -> [Atom] {
    var found: [Atom] = []
    for file in files {
      do throws(SystemError) {
        found += atoms(try File.read(folder / file))
      } catch {
        if !error.isMissing { throw error }
      }
    }
    return found
  }

  /// The atoms in a dependency expression: `|| ( a/b >=c/d-1:2= ) !e/f` has `a/b` and `>=c/d-1:2=`.
  public static func atoms(_ text: [UInt8]) -> [Atom] {
    text.split(whereSeparator: TextLines.isSpace).compactMap { word in
      word.contains(UInt8(ascii: "/")) ? try? Atom(parsing: String(decoding: word, as: UTF8.self)) : nil
    }
  }
}
