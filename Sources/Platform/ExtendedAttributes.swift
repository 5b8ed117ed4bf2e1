import CLinux
import Glibc

/// The extended attributes of files; xattr(7). Links are not followed. A file system without them has none.
extension File {
  /// XATTR_LIST_MAX and XATTR_SIZE_MAX of linux/limits.h, in bytes.
  private static let longest = 65536

  /// llistxattr(2).
  public static func hasExtendedAttributes(_ path: Path) throws(SystemError) -> Bool {
    do {
      return try path.withCString { (name) throws(SystemError) in
        try systemCall("cannot list the extended attributes of", path) { llistxattr(name, nil, 0) }
      } > 0
    } catch {
      if error.code == ENOTSUP { return false }
      throw error
    }
  }

  /// llistxattr(2) and lgetxattr(2): the names and values, in the order of the names.
  public static func extendedAttributes(_ path: Path) throws(SystemError) -> [(name: String, value: [UInt8])] {
    guard try hasExtendedAttributes(path) else { return [] }
    return try path.withCString { (file) throws(SystemError) in
      let names = try bytes { (buffer) throws(SystemError) in
        try systemCall("cannot list the extended attributes of", path) { llistxattr(file, buffer, longest) }
      }
      var found: [(name: String, value: [UInt8])] = []
      for name in names.split(separator: 0).map({ String(decoding: $0, as: UTF8.self) }).sorted() {
        let value = try bytes { (buffer) throws(SystemError) in
          try systemCall("cannot read the extended attribute \(name) of", path) {
            lgetxattr(file, name, buffer, longest)
          }
        }
        found.append((name, value))
      }
      return found
    }
  }

  /// lsetxattr(2).
  public static func setExtendedAttribute(_ attribute: String, _ value: [UInt8], of path: Path)
    throws(SystemError)
  {
    try path.withCString { (name) throws(SystemError) in
      _ = try systemCall("cannot set the extended attribute \(attribute) of", path) {
        lsetxattr(name, attribute, value, value.count, 0)
      }
    }
  }

  /// What a call writes to a buffer, whose length it returns.
  private static func bytes(
    _ call: (UnsafeMutablePointer<CChar>) throws(SystemError) -> Int
  ) throws(SystemError) -> [UInt8] {
    let buffer = UnsafeMutablePointer<CChar>.allocate(capacity: longest)
    defer { buffer.deallocate() }
    let count = try call(buffer)
    return UnsafeBufferPointer(start: buffer, count: count).map { UInt8(bitPattern: $0) }
  }
}
