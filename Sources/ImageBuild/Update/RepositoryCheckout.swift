import BuildGraph
package import BuildSettings
package import Platform
import PortageFiles
import TextKit

/// A git checkout in which repositories of the variant lie, and the branch that it follows.
package struct RepositoryCheckout {
  /// Its top level.
  package let folder: Path
  /// The names of the repositories.
  package private(set) var repositories: [String]
  /// The name, and the reference there.
  private let remote: (name: String, branch: String)
  /// Whether it is a submodule, whose commit is pinned by the checkout around it, and on no branch.
  package let isPinned: Bool
  let git: Git
  /// The commit that is checked out.
  let head: String

  /// The checkouts of the repositories with these names; without names those of all repositories that follow a branch.
  ///
  /// - Throws: `UserError` if there is none.
  package static func all(_ names: [String], _ settings: Settings) throws -> [RepositoryCheckout] {
    let repositories = try ImageVariables.repositories(settings)
    for name in names where repositories[name] == nil {
      throw UserError.noRepository(name, among: repositories.all.map(\.name))
    }
    let wanted = names.isEmpty ? repositories.all : names.compactMap { repositories[$0] }
    var found: [RepositoryCheckout] = []
    var problems: [String] = []
    for repository in wanted {
      do {
        let checkout = try RepositoryCheckout(of: repository, settings)
        if let index = found.firstIndex(where: { $0.folder == checkout.folder }) {
          found[index].repositories +=
            found[index].repositories.contains(repository.name) ? [] : [repository.name]
        } else {
          found.append(checkout)
        }
      } catch let error as UserError {
        if !names.isEmpty { throw error }
        problems.append("\(error)")
      }
    }
    if found.isEmpty { throw UserError(problems.joined(separator: "\n")) }
    return found
  }

  private init(of repository: Repository, _ settings: Settings) throws {
    let place = try Git(in: repository.path)
    guard let top = try place.line("rev-parse", "--show-toplevel"), !top.isEmpty,
      let head = try place.line("rev-parse", "--verify", "HEAD^{commit}")
    else { throw UserError.noCheckout(repository) }
    folder = Path(top)
    let locations = settings.locations
    for other in [locations.source, locations.build, locations.images]
    where File.resolve(other)?.isInside(folder) ?? false {
      throw UserError.checkoutAround(repository, folder, other)
    }
    git = try Git(in: folder)
    self.head = head
    repositories = [repository.name]
    let branch = try git.line("symbolic-ref", "--quiet", "--short", "HEAD")
    isPinned = branch == nil
    guard let branch else {
      guard let around = try git.line("rev-parse", "--show-superproject-working-tree"), !around.isEmpty else {
        throw UserError.noBranch(folder)
      }
      remote = ("origin", try Self.branch(ofSubmodule: folder, around: Path(around)) ?? "HEAD")
      return
    }
    guard let name = try git.line("config", "branch.\(branch).remote"),
      let reference = try git.line("config", "branch.\(branch).merge")
    else { throw UserError.noUpstream(folder, branch) }
    remote = (name, reference)
  }

  /// The branch that `.gitmodules` names for a submodule.
  private static func branch(ofSubmodule folder: Path, around: Path) throws -> String? {
    let git = try Git(in: around)
    let paths =
      try git.line("config", "--file", ".gitmodules", "--get-regexp", #"^submodule\..*\.path$"#) ?? ""
    let lines = paths.split(separator: "\n").map { $0.split(separator: " ", maxSplits: 1) }
    guard
      let key = lines.first(where: { $0.count == 2 && File.resolve(around / Path($0[1])) == folder })?.first
    else { return nil }
    let branch = try git.line("config", "--file", ".gitmodules", "\(key.dropLast("path".count))branch")
    return branch == "." ? try git.line("symbolic-ref", "--quiet", "--short", "HEAD") : branch
  }

  /// Asks the remote for commits. Only `.git` is written to.
  ///
  /// - Returns: nil if there is nothing new.
  /// - Throws: `UserError` if the update would not be a fast-forward, or if files are changed.
  package func fetch() throws -> RepositoryUpdate? {
    let changed = try git.line("diff", "--name-only", "HEAD") ?? ""
    if !changed.isEmpty { throw UserError.changed(folder, changed.split(separator: "\n").map(String.init)) }
    let silence = StandardStream.error.isTerminal ? [] : ["--quiet"]
    guard try git.runInForeground(["fetch"] + silence + ["--", remote.name, remote.branch]),
      let new = try git.line("rev-parse", "--verify", "FETCH_HEAD^{commit}")
    else { throw UserError.notFetched(folder, remote.name) }
    func isAncestor(_ old: String, of new: String) throws -> Bool {
      try git.line("merge-base", "--is-ancestor", old, new) != nil
    }
    if try isAncestor(new, of: head) { return nil }
    guard try isAncestor(head, of: new) else {
      throw UserError.diverged(
        folder, own: try count(from: new, to: head), others: try count(from: head, to: new))
    }
    return RepositoryUpdate(checkout: self, commit: new, count: try count(from: head, to: new))
  }

  private func count(from old: String, to new: String) throws -> Int {
    Int(try git.line("rev-list", "--count", "\(old)..\(new)") ?? "") ?? 0
  }
}
