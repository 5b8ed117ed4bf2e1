import Platform
import PortageFiles
import Stamps

/// The part of a configuration root that Portage does not compare: flags, environment files, patches, hooks. Of two
/// roots it is the same where their packages would be built in the same way, whatever the roots are called.
struct PackageConfiguration {
  /// `CFLAGS`, `package.env/x: cat/pkg`, `env/debug.conf`, `patches/cat/pkg/y.patch`, `bashrc`.
  let listing: Listing

  /// The variables of make.conf and make.defaults that change what a compiler makes or what is kept of it.
  private static let flags: Set<String> = [
    "ASFLAGS", "CBUILD", "CFLAGS", "CHOST", "CPPFLAGS", "CXXFLAGS", "EXTRA_ECONF", "EXTRA_EMAKE", "FCFLAGS",
    "FFLAGS", "GOFLAGS", "LDFLAGS", "MYCMAKEARGS", "MYMESONARGS", "PKG_INSTALL_MASK", "RUSTFLAGS",
  ]

  init(_ listing: Listing) {
    self.listing = listing
  }

  /// - Parameter sourceTree: what the places of the reading are relative to.
  init(_ reading: ConfigurationRoot.Reading, in sourceTree: Path) {
    var entries: [Listing.Entry] = []
    var variables: [String: [String: Listing.Entry]] = [:]
    for entry in reading.listing.entries {
      let (file, item) = Self.parts(of: entry.key)
      let isVariables = file.first == "make.conf" || file.last == "make.defaults"
      switch (isVariables ? "make.conf" : file.first, item) {
      case ("make.conf", let name?):
        let place = entry.place.map { String($0.prefix { $0 != ":" }) } ?? ""
        variables[name, default: [:]][place] = entry
      case ("make.conf", nil), ("bashrc", _), ("profile.bashrc", _),
        ("package.bashrc", _),
        ("package.env", _), ("env", _), ("patches", _), ("savedconfig", _):
        let name = file.joined(separator: "/") + (item.map { ": \($0)" } ?? "")
        entries.append(Listing.Entry(key: name.utf8, value: entry.value, place: entry.place))
      default: continue
      }
    }
    // The file that is read last wins: make.conf, and before it the profiles from the last on.
    let files = reading.profiles.reversed().map { profile in
      let file = profile / "make.defaults"
      return "\(file.relative(to: sourceTree.normalized) ?? file)"
    }
    func last(_ name: String) -> Listing.Entry? {
      guard let set = variables[name] else { return nil }
      return set.first { !files.contains($0.key) }?.value ?? files.lazy.compactMap { set[$0] }.first
    }
    var wanted = Self.flags.sorted()
    var seen = Set(wanted)
    while let name = wanted.popLast() {
      guard let entry = last(name) else { continue }
      entries.append(Listing.Entry(key: name.utf8, value: entry.value, place: entry.place))
      // What one refers to that another file sets.
      for other in variables.keys where entry.value.contains(reference: other) && seen.insert(other).inserted {
        wanted.append(other)
      }
    }
    listing = Listing(entries)
  }

  /// What of it is about this package.
  func entries(for build: PackageBuild) -> [Listing.Entry] {
    let environments = environmentFiles(of: build)
    return listing.entries.filter { entry in
      let (file, item) = Self.parts(of: entry.key)
      switch file.first {
      case "package.bashrc", "package.env":
        return item.flatMap { PackagePattern($0.utf8) }?.matches(build) ?? true
      case "env": return environments.contains(file.dropFirst().joined(separator: "/"))
      case "patches", "savedconfig": return Self.isNamed(file.dropFirst(), build)
      default: return true
      }
    }
  }

  private func environmentFiles(of build: PackageBuild) -> Set<String> {
    var names: Set<String> = []
    for entry in listing.entries {
      let (file, item) = Self.parts(of: entry.key)
      guard file.first == "package.env", let item, PackagePattern(item.utf8)?.matches(build) == true else {
        continue
      }
      names.formUnion(String(decoding: entry.value, as: UTF8.self).split(separator: " ").map(String.init))
    }
    return names
  }

  /// `target/etc/portage/package.env/x: cat/pkg` → `package.env`, `x` and `cat/pkg`; of a profile's file the last
  /// name alone.
  private static func parts(of key: [UInt8]) -> (file: [String], item: String?) {
    let text = String(decoding: key, as: UTF8.self)
    let end = text.firstRange(of: ": ")
    let path = text[..<(end?.lowerBound ?? text.endIndex)].split(separator: "/").map(String.init)
    let item = end.map { String(text[$0.upperBound...]) }
    if let place = path.firstIndex(of: "portage"), place > 0, path[place - 1] == "etc" {
      return (Array(path[(place + 1)...]), item)
    }
    let isOurs = ["package.env", "package.bashrc", "env", "patches", "savedconfig", "bashrc"].contains(
      path.first)
    return (isOurs ? path : path.suffix(1), item)
  }

  /// `cat/pkg-1.0:0/x.patch`, `CTARGET/cat/pkg`: whether some two names in a row are this package's.
  private static func isNamed(_ path: ArraySlice<String>, _ build: PackageBuild) -> Bool {
    zip(path, path.dropFirst()).contains { PackagePattern("\($0)/\($1)".utf8)?.matches(build) == true }
  }
}

extension [UInt8] {
  /// Whether `${name}` or `$name` is in it.
  fileprivate func contains(reference name: String) -> Bool {
    firstRange(of: Array("${\(name)}".utf8)) != nil || firstRange(of: Array("$\(name)".utf8)) != nil
  }
}
