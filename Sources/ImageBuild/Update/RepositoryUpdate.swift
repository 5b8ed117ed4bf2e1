package import TextKit

/// Commits that a checkout does not have yet.
package struct RepositoryUpdate {
  package let checkout: RepositoryCheckout
  /// The last of them.
  let commit: String
  let count: Int

  /// `gentoo: 5f0c3ab12 → 2c9d77e10, 3 commits`
  package var text: String {
    "\(checkout.repositories.joined(separator: ", ")): \(checkout.head.prefix(9)) → \(commit.prefix(9)), "
      + Quantity.count(count, "commit")
  }

  package var json: JSON {
    [
      "names": .array(checkout.repositories.map { .string($0) }), "path": .string("\(checkout.folder)"),
      "from": .string(checkout.head), "to": .string(commit), "commits": .integer(count),
    ]
  }

  /// What `ForeseenCheckout` reads.
  package var request: JSON {
    ["folder": .string("\(checkout.folder)"), "from": .string(checkout.head), "to": .string(commit)]
  }

  /// Makes the checkout that of the last commit.
  ///
  /// - Throws: `UserError` if git refuses; then the checkout is as it was.
  package func apply() throws {
    let git = checkout.git
    guard try git.line("rev-parse", "--verify", "HEAD^{commit}") == checkout.head,
      try git.runToTheEnd(
        checkout.isPinned
          ? ["checkout", "--quiet", "--detach", commit, "--"] : ["merge", "--quiet", "--ff-only", commit]),
      try git.line("rev-parse", "--verify", "HEAD^{commit}") == commit
    else { throw UserError.notMoved(checkout.folder) }
  }

  /// Makes the checkout what it was before `apply`.
  package func takeBack() throws {
    guard try checkout.git.runToTheEnd(["reset", "--quiet", "--keep", checkout.head, "--"]) else {
      throw UserError.notMoved(checkout.folder)
    }
  }
}
