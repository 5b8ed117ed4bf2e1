public import Platform

/// The packages that an installed package says it needs, as Portage's database keeps it: in files such as `RDEPEND`,
/// where USE conditionals are already decided.
///
/// It is read loosely: each alternative of a `||` counts, a blocker does not, and a word that is no atom is passed over.
public struct PackageDependencies {
  public let runtime: [Atom]
  /// To build it.
  public let build: [Atom]

  /// - Parameter folder: the package's folder in the database; a file that is not there says nothing.
  public init(folder: Path) throws(SystemError) {
    runtime = try Self.atoms(["RDEPEND", "PDEPEND", "IDEPEND"], in: folder)
    build = try Self.atoms(["DEPEND", "BDEPEND"], in: folder)
  }

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

  /// `|| ( a/b >=c/d-1:2= ) !e/f` names `a/b` and `>=c/d-1:2=`.
  public static func atoms(_ text: [UInt8]) -> [Atom] {
    text.split(whereSeparator: TextLines.isSpace).compactMap { word in
      word.contains(UInt8(ascii: "/")) ? try? Atom(parsing: String(decoding: word, as: UTF8.self)) : nil
    }
  }
}
