import TextKit

extension Command {
  static let completion = Command(
    "completion", "SHELL", summary: "completions for bash, zsh or fish", words: .oneOf(Completions.shells),
    check: { invocation throws(UserError) in
      guard invocation.words.count == 1, Completions.script(for: invocation.words[0]) != nil else {
        throw .needsShell(Completions.shells)
      }
    },
    run: { invocation in try Program.show(Completions.script(for: invocation.words[0]) ?? "") })
}
