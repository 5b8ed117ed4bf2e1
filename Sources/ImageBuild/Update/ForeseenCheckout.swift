import Platform
package import TextKit

/// A checkout that is shown as an update will leave it, in the mounts of this process alone.
package struct ForeseenCheckout {
  private let folder: Path
  private let old: String
  private let new: String

  /// Reads an object with `folder`, its top level, and the commits `from` and `to`; nil for anything else.
  package init?(_ json: JSON) {
    guard let folder = json["folder"]?.text, let old = json["from"]?.text, let new = json["to"]?.text else {
      return nil
    }
    self.folder = Path(folder)
    self.old = old
    self.new = new
  }

  /// Has git change the working tree, in which files that it does not know stay as they are. What does not change keeps
  /// its times, by which Portage knows the metadata that it has of it.
  ///
  /// - Parameter scratch: a path at which there is nothing yet, and then a folder that has to be closed in the end.
  /// - Throws: `UserError` if git would refuse the update.
  func show(in scratch: Path) throws {
    let git = try Git(in: folder)
    guard let place = try git.line("rev-parse", "--absolute-git-dir") else { throw UserError.noMounts }
    try Directory.create(scratch)
    let index = scratch / "index"
    try File.write(try File.read(Path(place) / "index"), to: index)
    let changes = Self.changes(in: scratch)
    try Directory.create(changes)
    if !MountNamespace.mountMemory(over: changes)
      || !MountNamespace.divertWrites(to: folder, into: changes / "upper")
    {
      try copy(to: scratch / "copy")
    }
    // The index has the inodes of the files below.
    let words = [
      "--git-dir=\(place)", "--work-tree=\(folder)", "-c", "core.trustctime=false", "-c",
      "core.checkStat=minimal", "-c", "core.fsmonitor=false",
    ]
    let variables = ["GIT_INDEX_FILE=\(index)"]
    _ = try git.complaint(about: words + ["update-index", "-q", "--refresh"], with: variables)
    if let complaint = try git.complaint(about: words + ["read-tree", "-m", "-u", old, new], with: variables) {
      throw UserError.notApplied(folder, complaint)
    }
  }

  /// Lets the folder be removed.
  static func close(_ scratch: Path) { MountNamespace.unmount(changes(in: scratch)) }

  private static func changes(in scratch: Path) -> Path { scratch / "changes" }

  /// For a system that does not join folders.
  private func copy(to copy: Path) throws {
    try Directory.create(copy)
    let names = try Directory.entries(of: folder).map { "./\($0.name)" }
    guard let program = ProgramSearch.find("cp", in: "/usr/bin:/bin") else { throw UserError.noMounts }
    let (output, status) = try ProgramOutput.ofBothStreams(
      program, ["cp", "-a", "--reflink=auto", "-t", "\(copy)", "--"] + names, environment: ["LC_ALL=C.UTF-8"],
      directory: folder)
    guard status.isSuccess else {
      throw UserError.notCopied(folder, copy, String(decoding: output, as: UTF8.self))
    }
    if !MountNamespace.bind(copy, over: folder) { throw UserError.noMounts }
  }
}
