import Glibc

/// The kind of this machine.
public enum Machine {
  /// uname(2): `x86_64`, `aarch64`.
  public static var architecture: String {
    var name = utsname()
    uname(&name)
    return withUnsafeBytes(of: &name.machine) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}
