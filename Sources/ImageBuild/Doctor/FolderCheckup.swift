package import BuildGraph
import Explanations
import Glibc
import Platform
import Stamps
import TextKit

/// Checks that the file systems of O and IMAGESDIR can do what a build needs. It tries each operation and removes its
/// files afterwards. It runs no program and takes milliseconds.
///
/// The statements about 9p were measured with QEMU 7.2 and Linux 6.1 and 6.12.
package struct FolderCheckup {
  private let build: Path
  private let images: Path
  private let isOfImage: Bool

  /// - Parameter isOfImage: whether packages and a kernel are built in O.
  package init(_ locations: Locations, isOfImage: Bool) {
    build = locations.build
    images = locations.images
    self.isOfImage = isOfImage
  }

  package func findings() -> [Finding] {
    (isOfImage ? [path()] : []) + buildFindings() + imagesFindings() + [lifetime()].compactMap(\.self)
  }

  // MARK: O

  private func buildFindings() -> [Finding] {
    let place = Self.nearest(build)
    let name = "O ('\(build)')"
    do throws(SystemError) {
      let trial = try FileSystemTrial(in: place)
      let mount = Mount.holding(place)
      var findings = [Self.mapping(trial, name, mount)]
      if mount?.type == "9p" {
        findings.append(
          .warning(
            "\(name) is on 9p: each file costs 2 ms to read and 0.7 ms to look at", remedy: Self.localFolder))
      }
      if mount?.type == "tmpfs" {
        findings.append(
          .warning(
            "\(name) is on tmpfs: what Portage unpacks and builds there takes memory",
            remedy: "use a folder on a disk"))
      }
      findings.append(
        try trial.isCaseSensitive()
          ? .ok("\(name) tells upper from lower case")
          : .error(
            "\(name) does not tell upper from lower case, so a kernel's files overwrite each other there",
            remedy: "use a case-sensitive file system"))
      findings.append(
        (try? trial.link()) != nil
          ? .ok("\(name) has hard links")
          : .warning("\(name) has no hard links, so packages take more room", remedy: Self.localFolder))
      findings.append(
        (try? trial.setAttribute()) != nil
          ? .ok("\(name) has extended attributes")
          : .warning(
            "\(name) has no extended attributes, so file capabilities get lost", remedy: Self.localFolder))
      findings.append(Self.clock(try trial.clockDifference(), name))
      return findings + [try space(place, name)]
    } catch {
      if BuildRoom.isFull(error.code) {
        let room = BuildRoom(build)
        return [.error("\(name) is full\(room.contents.map { "; \($0)" } ?? "")", remedy: room.remedy)]
      }
      return [.error("\(name) cannot be written: \(error)", remedy: "use another folder, as in O=/var/tmp/out")]
    }
  }

  /// Whether the path of O has only characters that every build supports. The kernel's makefile refuses white space and
  /// colons. Most other makefiles fail with them without saying why. A colon separates the folders of PATH. configure
  /// refuses the other characters.
  private func path() -> Finding {
    let bad = build.bytes.first { byte in byte <= 0x20 || byte == 0x7F || ":\"'`\\#$&".utf8.contains(byte) }
    guard let bad else { return .ok("O ('\(build)') has a path that every build gets along with") }
    let what = bad == 0x20 ? "a blank" : "'\(printable([bad]))'"
    return .error(
      "O ('\(build)') has \(what) in its path, with which neither a kernel nor many packages can be built",
      remedy: "use a folder whose path has only letters, digits and any of '/._-+', as in O=/var/tmp/out")
  }

  private static let localFolder = "use a folder on a local file system, as in O=/var/tmp/out"

  private static func mapping(_ trial: borrowing FileSystemTrial, _ name: String, _ mount: Mount?) -> Finding {
    do {
      try trial.mapShared()
      return .ok("\(name) can be mapped for writing")
    } catch {
      let cache = mount?.options.first { $0.hasPrefix("cache=") } ?? "cache=none"
      let kind = mount.map { " is on \($0.type)\($0.type == "9p" ? " (\(cache))" : ""), which" } ?? ""
      return .error(
        "\(name)\(kind) cannot be mapped for writing (\(error.reason)): a kernel's build fails there with "
          + "'Could not mmap file: vmlinux'",
        remedy: "\(localFolder); IMAGESDIR may stay on a shared one")
    }
  }

  /// The free bytes below which Portage builds only one package at a time (`--jobs-tmpdir-require-free-gb`).
  private static let roomForJobs: Int64 = 18 << 30

  private func space(_ place: Path, _ name: String) throws(SystemError) -> Finding {
    let free = try FileSystemTrial.freeSpace(at: place)
    let text = "\(name) has \(Quantity.size(free)) free"
    if free < BuildRoom.least {
      let room = BuildRoom(build)
      return .error(
        "\(text), which is not enough for any build\(room.contents.map { "; \($0)" } ?? "")",
        remedy: room.remedy)
    }
    if free < Self.roomForJobs {
      return .warning(
        "\(text): with less than \(Quantity.size(Self.roomForJobs)) Portage builds one package at a time",
        remedy: "make room, or use another folder")
    }
    return .ok(text)
  }

  // MARK: IMAGESDIR

  private func imagesFindings() -> [Finding] {
    let place = Self.nearest(images)
    let name = "IMAGESDIR ('\(images)')"
    do throws(SystemError) {
      let trial = try FileSystemTrial(in: place)
      try trial.replace()
      var findings = [Finding.ok("\(name) takes artifacts")]
      if let mount = Mount.holding(place), mount.type == "9p", mount.isLoose {
        findings.append(
          .warning(
            "\(name) is on 9p with a cache that reports a full disk only at the end of a write",
            remedy: "mount it with cache=none or cache=mmap"))
      }
      return findings + [Self.clock(try trial.clockDifference(), name)]
    } catch {
      let remedy =
        switch error.code {
        case EROFS: "the share or file system is read-only: mount it for writing, or use another folder"
        case EPERM, EACCES:
          "give this user the right to write there; on 9p with security_model=passthrough QEMU must be root"
        default: "use another folder"
        }
      return [.error("\(name) cannot be written: \(error)", remedy: remedy)]
    }
  }

  /// A note if neither folder outlasts the machine.
  private func lifetime() -> Finding? {
    let places = [build, images].map(Self.nearest)
    let mounts = places.map { Mount.holding($0) }
    if mounts.allSatisfy({ ["tmpfs", "ramfs", "overlay"].contains($0?.type) }) {
      return .note(
        "O and IMAGESDIR are both on \(mounts[1]?.type ?? ""), and gone with this machine",
        remedy: "name a lasting folder with IMAGESDIR to keep the artifacts")
    }
    return nil
  }

  // MARK: Both

  private static func clock(_ difference: Int64, _ name: String) -> Finding {
    let milliseconds = abs(difference) / 1_000_000
    if milliseconds <= 10 { return .ok("\(name) has this machine's time") }
    return .warning(
      "a new file in \(name) is \(milliseconds) ms \(difference > 0 ? "ahead of" : "behind") this machine's clock",
      remedy: "set the clock by the time of such a file, or makes complain of clock skew")
  }

  /// The folder itself, or the nearest existing folder that would contain it.
  private static func nearest(_ folder: Path) -> Path {
    var place = folder
    while !File.exists(place), place.parent != place { place = place.parent }
    return place
  }
}

extension Mount {
  /// `loose`, `fscache` or, from Linux 6.12 on, a number with that bit (`0xf`, `0x8f`).
  fileprivate var isLoose: Bool {
    let cache = options.first { $0.hasPrefix("cache=") }?.dropFirst(6) ?? ""
    if cache.hasPrefix("0x"), let bits = Int(cache.dropFirst(2), radix: 16) { return bits & 8 != 0 }
    return cache == "loose" || cache == "fscache"
  }
}
