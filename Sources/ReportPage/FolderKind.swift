/// What the files of a folder are for, which is the colour of the folder in a size map.
enum FolderKind: String, CaseIterable {
  case programs
  case libraries
  case data
  case settings
  case kernel
  case other

  /// - Parameter path: relative to the root: `usr/lib64/gconv`.
  init(_ path: String) {
    var parts = path.split(separator: "/")[...]
    if parts.first == "boot" || parts.contains("modules") && parts.contains("lib") || parts.contains("firmware")
    {
      self = .kernel
      return
    }
    if parts.first == "usr" { parts = parts.dropFirst() }
    if parts.first == "local" { parts = parts.dropFirst() }
    self =
      switch parts.first {
      case "bin", "sbin", "libexec": .programs
      case "lib", "lib32", "lib64", "libx32": .libraries
      case "share": .data
      case "etc": .settings
      default: .other
      }
  }

  var name: String {
    switch self {
    case .programs: "programs"
    case .libraries: "libraries"
    case .data: "shared data"
    case .settings: "settings"
    case .kernel: "kernel and firmware"
    case .other: "other"
    }
  }
}
