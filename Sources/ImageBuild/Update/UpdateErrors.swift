import Platform
import PortageFiles
import TextKit

/// The messages about updates of repositories.
extension UserError {
  static func noRepository(_ name: String, among names: [String]) -> Self {
    let hint = didYouMean(name, among: names)
    return Self(
      "no repository is called '\(name)'\(hint.isEmpty ? "; there are \(names.joined(separator: ", "))" : hint)"
    )
  }

  static func noCheckout(_ repository: Repository) -> Self {
    Self(
      "the repository '\(repository.name)' is in no git checkout, or in one that git does not trust: "
        + "'\(command(repository.path, "status"))' says which")
  }

  static func checkoutAround(_ repository: Repository, _ folder: Path, _ other: Path) -> Self {
    Self(
      "the repository '\(repository.name)' is part of the checkout '\(folder)', and so is '\(other)': update it by "
        + "'\(command(folder, "pull"))', and 'sysbuild -n --packages' says what that means")
  }

  static func noBranch(_ folder: Path) -> Self {
    Self("'\(folder)' is on no branch: choose one by '\(command(folder, "switch")) BRANCH'")
  }

  static func noUpstream(_ folder: Path, _ branch: String) -> Self {
    Self(
      "the branch '\(branch)' of '\(folder)' follows no other: name one by "
        + "'\(command(folder, "branch", "--set-upstream-to=REMOTE/BRANCH"))'")
  }

  static func changed(_ folder: Path, _ files: [String]) -> Self {
    let more = files.count > 1 ? " and \(Quantity.count(files.count - 1, "other"))" : ""
    return Self(
      "'\(folder)' has changes that are not committed, of '\(files.first ?? "")'\(more): commit them, or put them aside by "
        + "'\(command(folder, "stash"))'")
  }

  static func notFetched(_ folder: Path, _ remote: String) -> Self {
    Self(
      "git cannot fetch from '\(remote)' for '\(folder)': '\(command(folder, "remote", "-v"))' says where that is"
    )
  }

  static func diverged(_ folder: Path, own: Int, others: Int) -> Self {
    Self(
      "'\(folder)' has \(Quantity.count(own, "commit")) that its upstream has not, and lacks \(others) of it: join them by "
        + "'\(command(folder, "pull", "--rebase"))'")
  }

  static func notCopied(_ folder: Path, _ copy: Path, _ complaint: String) -> Self {
    Self("cannot copy '\(folder)' to '\(copy)': see that there is room\n\(complaint)")
  }

  static func notApplied(_ folder: Path, _ complaint: String) -> Self {
    Self("git would refuse to update '\(folder)': do as it says\n\(complaint)")
  }

  static func notMoved(_ folder: Path) -> Self {
    Self("git has not updated '\(folder)': '\(command(folder, "status"))' says how it is now")
  }

  static let noMounts = Self(
    "'update' needs mounts of its own, which this system does not give; 'sysbuild doctor' says more. 'git pull' and "
      + "'sysbuild -n --packages' do without")

  static let noBuiltInResolution = Self(
    "the target 'resolution' has another recipe, so Portage cannot be asked")

  private static func command(_ folder: Path, _ words: String...) -> String {
    (["git", "-C", "\(folder)"] + words).map { shellQuoted($0) }.joined(separator: " ")
  }
}
