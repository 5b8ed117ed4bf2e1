import Platform
import PortageFiles
import Stamps
import TextKit

/// The files of a binary package, in a folder of their own.
///
/// A package in Portage's format gpkg (GLEP 78) is a tar archive with `NAME/image.tar.*`, in which the files are below
/// `image`.
struct UnpackedPackage {
  let files: Path
  /// `file DIGEST`, `exec DIGEST`, `link TARGET` or `dir`.
  let listing: Listing

  /// - Parameter folder: is made.
  init(_ package: Path, in folder: Path) throws {
    files = folder / "image"
    try Directory.create(folder, intermediates: true)
    // A signature may lie beside the archive of the files.
    let isGpkg = try Self.extract(
      package, to: folder, ["--strip-components=1", "--wildcards", "--exclude=*.sig", "*/image.tar*"])
    guard isGpkg, let name = try Directory.entries(of: folder).map(\.name).first else {
      throw UserError.noImageIn(package)
    }
    guard try Self.extract(folder / name, to: folder, []) else { throw UserError.cannotUnpack(folder / name) }
    let index = FileIndex(folder / "index")
    let tree = FileIndex.Subject(files, .tree(excluding: []))
    try index.refresh([tree])
    listing = index.listing(tree) ?? Listing()
  }

  /// - Returns: whether tar could.
  private static func extract(_ archive: Path, to folder: Path, _ options: [String]) throws -> Bool {
    try ProgramOutput.ofBothStreams(
      "/bin/tar",
      ["tar", "--extract", "--file=\(archive)", "--directory=\(folder)", "--no-same-owner"] + options,
      environment: ["PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8"], directory: "/"
    ).status.isSuccess
  }
}
