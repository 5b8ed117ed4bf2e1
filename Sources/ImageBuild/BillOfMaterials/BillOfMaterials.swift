import Glibc
import Platform
import PortageFiles
import Stamps

/// What an image consists of, and what that was made from. `SPDXDocument` and `CycloneDXDocument` write it.
///
/// All of it follows from the sources of the image: it has no times, and no paths of the machine.
struct BillOfMaterials {
  /// A file in the image.
  struct File: Sendable {
    /// Relative to the root.
    let path: Path
    let digests: FileDigests
  }

  /// A file that something was built from.
  struct Source: Hashable {
    let name: String
    /// Empty if it is not known.
    let uri: String
    /// By the names of Portage: `SHA512`, `BLAKE2B`.
    let digests: [Checksum]
  }

  struct Checksum: Hashable {
    let algorithm: String
    /// In hexadecimal digits.
    let value: String
  }

  /// A part of the image. Each file of the image belongs to one.
  struct Component {
    enum Kind {
      /// A package of a repository.
      case package
      case kernel
      /// Files that belong to no package.
      case files
    }

    let kind: Kind
    /// Unique, and the same for the next version: `sys-libs/pam:0`.
    let reference: String
    let name: String
    var version = ""
    var description = ""
    var homepage = ""
    var license: LicenseExpression?
    var purl = ""
    var cpe = ""
    /// How it came about, as a sentence.
    var origin = ""
    /// The enabled USE flags among those that it has; nil if it has none by nature.
    var use: [String]?
    /// Settings that it was built with.
    var options: [String] = []
    var sources: [Source] = []
    /// Patches that the configuration adds to those of the ebuild.
    var patches: [Source] = []
    /// The references of what it needs when it is used.
    var dependencies: [String] = []
    /// The name of the file that it is, if that is not in the root file system, and its digest.
    var artifact: (name: String, digest: Digest)?
    var files: [File] = []
  }

  /// A program that made parts of the image.
  struct Tool: Hashable {
    let name: String
    let version: String
    /// What it says of itself.
    let description: String
  }

  /// The name of the variant.
  let name: String
  /// Ordered by their references.
  let components: [Component]
  let tools: [Tool]
  /// What the names of licences stand for.
  let licenses: [String: Provenance.License]
}

/// The digests of a file.
struct FileDigests: Sendable {
  /// 40 lower-case hexadecimal digits.
  let sha1: String
  let sha256: Digest

  /// Reads the file once.
  init(of path: Path) throws(SystemError) {
    let file = try FileDescriptor.open(path, O_RDONLY | O_NOFOLLOW, action: "cannot read")
    let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 * 1024, alignment: 64)
    defer { unsafe block.deallocate() }
    var first = SHA1()
    var second = SHA256()
    while case let count = unsafe try file.read(into: block), count > 0 {
      let bytes = unsafe UnsafeRawBufferPointer(rebasing: block[..<count])
      unsafe first.update(bytes)
      unsafe second.update(bytes)
    }
    sha1 = first.finalize()
    sha256 = second.finalize()
  }
}
