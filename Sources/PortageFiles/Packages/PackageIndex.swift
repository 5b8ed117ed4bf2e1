public import Platform

/// The index of a PKGDIR, the file `Packages`: stanzas of lines `NAME: value` with a blank line between them, the first of
/// which is about the index as a whole.
public struct PackageIndex {
  /// One binary package: its lines by their names.
  public typealias Stanza = [String: String]

  /// Its lines hold for each package that has none of the same name.
  public private(set) var header: Stanza
  public private(set) var packages: [Stanza]

  /// The index of the PKGDIR `folder`; empty if there is none.
  ///
  /// - Throws: `SystemError` if it cannot be read.
  public init(in folder: Path) throws(SystemError) {
    do throws(SystemError) {
      self.init(try File.read(folder / "Packages"))
    } catch {
      if !error.isMissing { throw error }
      self.init([])
    }
  }

  /// Parses the text of an index.
  public init(_ text: [UInt8]) {
    var stanzas: [Stanza] = []
    var values: Stanza = [:]
    for line in text.split(separator: 0x0A, omittingEmptySubsequences: false) + [[]] {
      if line.isEmpty {
        if !values.isEmpty { stanzas.append(values) }
        values = [:]
      } else if let colon = line.firstIndex(of: UInt8(ascii: ":")) {
        let value = line[(colon + 1)...].drop { $0 == 0x20 }
        values[String(decoding: line[..<colon], as: UTF8.self)] = String(decoding: value, as: UTF8.self)
      }
    }
    let isHeader = stanzas.first.map { $0["CPV"] == nil } ?? false
    header = isHeader ? stanzas.removeFirst() : [:]
    packages = stanzas
  }

  /// The line that a package need not have if the index has it.
  public static let inherited = "CHOST"

  /// Adds a package. Portage reads its file again if time or size are not those of the stanza.
  public mutating func add(_ package: Stanza) {
    packages.removeAll { $0["PATH"] == package["PATH"] }
    packages.append(package)
    header["PACKAGES"] = "\(packages.count)"
    if header["VERSION"] == nil { header["VERSION"] = "0" }
  }

  public var text: [UInt8] {
    ([header] + packages).flatMap { stanza in
      stanza.sorted { $0.key < $1.key }.flatMap { Array("\($0.key): \($0.value)\n".utf8) }
        + [UInt8(ascii: "\n")]
    }
  }
}
