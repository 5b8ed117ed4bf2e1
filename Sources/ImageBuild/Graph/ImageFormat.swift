/// A form in which an image, or a part of one, is published. The variable IMAGES names them.
enum ImageFormat: String, CaseIterable {
  case squashfs
  case erofs
  case ext4
  case tar
  case cpio
  case oci
  case verity
  case initramfs
  case uki
  case esp
  case disk
  case bundle

  /// Those that a kernel mounts from a partition.
  static let fileSystems: [ImageFormat] = [.squashfs, .erofs, .ext4]

  /// The names of its files.
  var files: [String] {
    switch self {
    case .squashfs, .erofs, .ext4: ["rootfs.\(rawValue)"]
    case .tar, .cpio: ["rootfs.\(rawValue).zst"]
    case .oci: ["rootfs.oci.tar"]
    case .verity: ["rootfs.verity", "rootfs.roothash"]
    case .initramfs: ["initramfs.cpio.zst"]
    case .uki: ["linux.efi"]
    case .esp: ["esp.vfat"]
    case .disk: ["disk.raw"]
    case .bundle: ["bundle.raucb"]
    }
  }

  var summary: String {
    switch self {
    case .squashfs: "The root file system: the same bytes for the same destination root"
    case .erofs: "The root file system as EROFS, read-only and fast at random reads"
    case .ext4: "The root file system as ext4, which can be written to"
    case .tar: "The root file system as a tar archive"
    case .cpio: "The root file system as an archive that a kernel unpacks into memory"
    case .oci: "The root file system as a container image"
    case .verity: "The hashes by which a kernel finds changed blocks of the root file system"
    case .initramfs: "What a kernel runs before it has a root: initramfs.packages"
    case .uki: "Kernel, initramfs and command line as one program that EFI firmware starts"
    case .esp: "The partition from which EFI firmware starts that program"
    case .disk: "A disk that firmware boots, with the partitions of repart.d"
    case .bundle: "An update of a system with two slots, for RAUC"
    }
  }
}
