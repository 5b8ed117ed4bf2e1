import Platform
import TextKit

/// What a work tree cannot be built or finished with.
extension UserError {
  static func binary(_ line: String, _ folder: Path) -> Self {
    Self(
      "'\(folder)': \(line): no patch can say what a file has that is no text: have git ignore it, or have the ebuild install "
        + "it from its folder 'files'")
  }

  static func inConflict(_ folder: Path) -> Self {
    Self("'\(folder)' has files in conflict: 'git status' there names them, and says how to go on")
  }

  static func underWay(_ folder: Path) -> Self {
    Self("'\(folder)': a rebase or merge is under way: 'git status' there says how to go on")
  }

  static func uncommitted(_ changes: String, _ folder: Path) -> Self {
    Self(
      "'\(folder)' has what is in no commit:\n\(harmless(changes))commit it there, drop it, or have git ignore it"
    )
  }

  static func unrelated(_ folder: Path) -> Self {
    Self(
      "'\(folder)': what is checked out has no commit in common with the tag 'portage': check out a branch that has"
    )
  }

  static func merged(_ folder: Path) -> Self {
    Self(
      "'\(folder)': a commit is a merge, of which no patch can be made: 'git rebase portage' makes a line of it"
    )
  }

  static func noPatch(_ name: String, _ output: String, _ folder: Path) -> Self {
    Self(
      "'\(folder)': patch(1) cannot apply \(name):\n\(harmless(output))make another commit of it: patches know no files that are "
        + "no text")
  }

  static func otherFiles(_ names: String, _ folder: Path) -> Self {
    Self(
      "'\(folder)': patches of its commits would give other files:\n\(harmless(names))make other commits of these"
    )
  }
}
