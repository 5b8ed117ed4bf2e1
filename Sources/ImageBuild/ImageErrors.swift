import Platform
import PortageFiles
import TextKit

/// The messages about the variables of an image's build, and about its host.
extension UserError {
  static func unknownBackend(_ name: String, among names: [String]) -> Self {
    Self(
      "no host backend is called '\(name)'\(didYouMean(name, among: names)): set BACKEND to a folder of hosts")
  }

  static func unsupportedBackend(_ name: String, in hosts: Path, supported names: [String]) -> Self {
    Self(
      "BACKEND is '\(name)', a folder of '\(hosts)' that sysbuild has no targets for: set it to "
        + "\(names.joined(separator: " or ")), or describe the backend in HostBackend.swift")
  }

  static func unknownRepository(
    _ name: String, of atom: Atom, at place: String, among names: [String]
  ) -> Self {
    Self(
      "\(place): '\(atom)' is of a repository '\(name)', which is none of REPOSITORIES"
        + "\(didYouMean(name, among: names)); add its folder there")
  }

  static func programFailed(_ program: String, _ status: ExitStatus) -> Self {
    Self("\(program) failed: \(status)")
  }

  static func programMissing(_ program: String, searchPath: String) -> Self {
    Self(
      "'\(program)' was not found on PATH (\(searchPath)): run 'sysbuild doctor', which says what is missing")
  }
}

/// The messages of the guard.
extension UserError {
  static func unusable(_ name: String, _ folder: Path, _ error: any Error) -> Self {
    Self("\(name) is '\(folder)', which cannot be used: \(error): name another folder")
  }

  static func noUserNamespace(_ error: SystemError) -> Self { Self("\(error): \(HostGuard.remedy)") }
}

extension HostGuard {
  package static let explanation =
    "a build of an image writes to O, IMAGESDIR, DISTDIR and the folders that the variable CACHES names"

  package static let remedy =
    "an image is built as root, or by a user whom the system lets be root of a user namespace: run sysbuild as root, or "
    + "allow those (sysctl user.max_user_namespaces, kernel.unprivileged_userns_clone or "
    + "kernel.apparmor_restrict_unprivileged_userns, whichever there is; in a container its seccomp profile)"

  /// The remedy for root whom the system gives no mounts of its own.
  static let rootRemedy = "in a container grant CAP_SYS_ADMIN"

  /// The warning where nothing is guarded.
  static func noGuard(_ error: SystemError) -> String {
    "\(error), so nothing keeps the commands from writing outside O: \(rootRemedy)"
  }

  /// The warning where mounts stay writable.
  static func unguarded(_ errors: [SystemError]) -> String {
    "\(errors.map(\.description).joined(separator: "; ")), so nothing keeps the commands from writing there: mount it "
      + "read-only before the build, or let the system allow the change"
  }
}

/// The messages of the helpers that recipes call.
extension UserError {
  static func unknownHelper(_ name: String, among names: [String]) -> Self {
    Self(
      "there is no helper '\(name)'; there are \(names.joined(separator: ", "))"
        + didYouMean(name, among: names))
  }

  static func needsHelper(among names: [String]) -> Self {
    Self("'helper' needs a name, one of \(names.joined(separator: ", "))")
  }

  /// - Parameter arguments: the helper's name and what must follow it.
  static func helperUsage(_ arguments: String) -> Self { Self("usage: sysbuild helper \(arguments)") }

  static func notOfAStage(missing variable: String) -> Self {
    Self("'sysbuild helper emerge' finds no \(variable) in its environment: it is for the recipes of stages")
  }

  static func noList(_ file: Path) -> Self {
    Self("'\(file)' is no list of packages: run 'sysbuild -B resolution'")
  }

  static func noAnswer(_ file: Path) -> Self {
    Self(
      "'\(file)' is not the answer of this sysbuild's 'resolve': HOSTS must be the folder that came with this sysbuild"
    )
  }

  static func notAsResolved(_ root: Path, _ merge: RootPlan.Merge) -> Self {
    let flags = merge.flags.isEmpty ? nil : "there without USE \(merge.flags.joined(separator: " "))"
    let other = merge.replaced.map { "\($0.versionedName) is there" }
    return Self(
      "'\(root)' is not what was resolved: it should have \(merge.package.versionedName), but "
        + "\(merge.reason ?? flags ?? other ?? "that is not there"): \(resolveAgain)")
  }

  static func notAsResolved(_ root: Path, extra package: String) -> Self {
    Self("'\(root)' is not what was resolved: it should not have \(package): \(resolveAgain)")
  }

  private static let resolveAgain =
    "the repositories or the configuration may have changed meanwhile, so run sysbuild again"

  static func badLock(_ file: String, line: Int) -> Self {
    Self("\(file):\(line): is no line of a packages.lock: give LOCK a file that sysbuild has published")
  }

  static func lockedHasNoEbuild(_ file: String, _ entry: PackageLock.Entry) -> Self {
    Self(
      "\(file):\(entry.line): '\(entry.id)::\(entry.repository)' has no ebuild any more: check out the repositories of "
        + "then, or build without LOCK")
  }

  static func lockedIsGone(_ file: String, _ entry: PackageLock.Entry) -> Self {
    Self(
      "\(file):\(entry.line): '\(entry.id)::\(entry.repository)' is not what the image would consist of any more: "
        + "check out the repositories and the sets of then, or build without LOCK")
  }

  static func lockedIsOther(_ file: String, _ entry: PackageLock.Entry, _ now: PackageLock.Entry) -> Self {
    let what =
      entry.slot != now.slot
      ? "is in slot \(now.slot) now"
      : entry.use != now.use
        ? "has USE \"\(now.use.joined(separator: " "))\" now" : "is made from something else now"
    return Self(
      "\(file):\(entry.line): '\(entry.id)::\(entry.repository)' \(what): check out the repositories and the "
        + "configuration of then, or build without LOCK")
  }

  static func notLocked(_ file: String, _ entry: PackageLock.Entry) -> Self {
    Self(
      "\(file): lacks '\(entry.id)::\(entry.repository)', which the image would have now: check out the sets and the "
        + "repositories of then, or build without LOCK")
  }

  static func notAFile(_ path: Path, _ kind: FileStatus.Kind) -> Self {
    Self("'\(path)' is \(kind.name): name the files to publish")
  }

  static func sameName(_ first: Path, _ second: Path) -> Self {
    Self("'\(first)' and '\(second)' have one name, so only one of them can be published: rename one")
  }

  static func folderReplaced(_ folder: Path) -> Self {
    Self(
      "'\(folder)' was unmounted, moved or removed while files were copied to it: put it back, and run sysbuild again"
    )
  }

  static func unsoundFolder(_ file: Path) -> Self {
    Self(
      "'\(file)' does not read back as it was written: the file system of IMAGESDIR is not sound, so use another folder"
    )
  }

  // MARK: Packages for devices

  static let nothingForDevices = Self(
    "nothing is built yet that devices could install: run 'sysbuild image' first")

  static func noBinaryPackage(_ package: String) -> Self {
    Self("\(package) has no binary package any more: 'sysbuild -B rootfs' makes those that are missing")
  }

  static func notForDevices(_ file: String) -> Self {
    Self("'\(file)' cannot be signed: only packages of the format gpkg can (BINPKG_FORMAT in make.conf)")
  }
}
