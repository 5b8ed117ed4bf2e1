import EmergeOutput
import Platform
import PortageFiles
import Stamps
import TextKit

/// How an `AssembledRoot` is made, as the step `assemble` of a recipe says.
struct AssemblySettings {
  /// The variable with the folder in which `hosts/emerge` records folders.
  static let foldersVariable = "SYSBUILD_FOLDERS"

  let root: Path
  let folders: Path
  /// The options of emerge.
  let options: [String]
  /// Whether there is a destination root that began as the last one.
  let hasLast: Bool
  /// Whether the user asks for a root from nothing.
  let isForced: Bool
  private let mask: String

  /// - Parameters:
  ///   - last: the place of the destination root.
  ///   - environment: that of the step.
  init(
    last: Path, options: [String], isForced: Bool, environment: (String) -> String?
  ) throws(UserError) {
    func value(_ name: String) throws(UserError) -> String {
      if let value = environment(name) { return value }
      throw .notOfAStage(missing: name)
    }
    root = Path(try value("ROOT"))
    folders = Path(try value(Self.foldersVariable))
    mask = try value("INSTALL_MASK")
    self.options = options
    hasLast = File.exists(last)
    self.isForced = isForced
  }

  /// What decides how packages of a list are merged.
  func merging(_ list: ResolvedList, _ stage: EmergeStage) throws -> [Listing.Entry] {
    list.common + list.merging + [
      Listing.Entry("variable INSTALL_MASK", mask),
      Listing.Entry("program emerge", try Self.identity(ofEmerge: try stage.find("emerge"))),
      Listing.Entry(
        "\(stage.emerge)", "file \(try SHA256.digest(ofFile: stage.emergeFile, followingLinks: true))"),
      Listing.Entry("options of emerge", options.joined(separator: " ")),
    ]
  }

  /// What tells one Portage from another: in a virtual environment pip's list of its files with their digests, elsewhere
  /// the file of the program.
  private static func identity(ofEmerge program: Path) throws -> String {
    let library = program.parent.parent / "lib"
    for python in (try? Directory.entries(of: library).map(\.name).sorted()) ?? [] {
      let packages = library / python / "site-packages"
      let names = ((try? Directory.entries(of: packages)) ?? []).map(\.name)
      if let name = names.first(where: {
        $0.bytes.starts(with: "portage-".utf8) && "\($0)".hasSuffix(".dist-info")
      }),
        let digest = try? SHA256.digest(ofFile: packages / name / "RECORD")
      {
        return "\(name) \(digest)"
      }
    }
    let status = try FileStatus(program, followingLinks: true)
    return "\(status.inode) \(status.changed)"
  }
}
