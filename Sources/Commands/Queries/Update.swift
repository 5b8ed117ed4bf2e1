import BuildGraph
import BuildSettings
import Execution
import ImageBuild
import Platform
import TextKit

extension Command {
  static let update = Command(
    "update", "[REPO…]",
    summary: "pull repositories once it is clear what changes; --yes",
    details: [
      "Fetches the commits that the repositories, or all that follow a branch, do not have yet, has Portage resolve the image "
        + "with them, and says what would be new, updated, downgraded, built again, gone or masked, and which security "
        + "advisories (GLSA) concern it. The checkouts are touched when somebody has agreed, or with --yes, and only by a "
        + "fast-forward. With -n nobody is asked. The exit status is 1 if there is an update and it is not kept, and 2 if "
        + "the image cannot be resolved with it."
    ],
    words: .oneOf([]), options: [.yes, .wait, .json],
    check: { invocation throws(UserError) in
      if invocation.wantsJSON, !invocation.isDryRun, !invocation.has(.yes) {
        throw UserError("'update --json' asks nobody: add '-n' to keep nothing, or '--yes' to keep the update")
      }
    },
    run: { try Update.run(Session($0)) })

  /// The part of `update` that asks Portage.
  static let updateReport = Command(
    "update-report", "REQUEST ANSWER", summary: "a part of update", words: .oneOf([]), isHidden: true,
    run: { try UpdatePreview.run(Session($0)) })
}

/// `sysbuild update [REPOSITORY…]`: pulls the repositories of the variant, after it was shown what that changes in the
/// image.
private enum Update {
  static func run(_ session: Session) throws -> Ending {
    let invocation = session.invocation
    let settings = session.settings
    guard settings.variant != nil else { throw UserError.noImageGraph }
    try UpdateQuestion.check(settings, environment: try session.portageEnvironment())
    return try BuildLock.hold(
      settings.locations.build, for: "update", waits: invocation.has(.wait), warn: Program.complain
    ) { _ in
      let updates = try RepositoryCheckout.all(invocation.words, settings).compactMap { try $0.fetch() }
      if updates.isEmpty {
        return try Program.show(
          invocation.wantsJSON
            ? json([], UpdateQuestion.Answer(text: "", changes: []), isKept: false) : "nothing new\n")
      }
      let answer = try UpdatePreview.ask(updates, session)
      if !invocation.wantsJSON {
        let head =
          updates.map { $0.text + "\n" }.joined()
          + (answer.changes == nil ? "with it the image cannot be resolved:\n" : "")
        _ = try Program.show(head + answer.text)
      }
      let isKept = try isWanted(isRefused: answer.changes == nil, invocation)
      if isKept { try apply(updates) }
      if invocation.wantsJSON {
        _ = try Program.show(json(updates, answer, isKept: isKept))
      } else {
        _ = try Program.show(isKept ? kept(updates, invocation) : "nothing was changed\n")
      }
      return .exit(isKept ? 0 : answer.changes == nil ? 2 : 1)
    }
  }

  private static func isWanted(isRefused: Bool, _ invocation: Invocation) throws -> Bool {
    if invocation.isDryRun { return false }
    if invocation.has(.yes) { return !isRefused }
    try StandardStream.output.write(isRefused ? "keep it all the same? [y/N] " : "keep this update? [y/N] ")
    return readLine() == "y"
  }

  /// All of them, or none.
  private static func apply(_ updates: [RepositoryUpdate]) throws {
    for (index, update) in updates.enumerated() {
      do {
        try update.apply()
      } catch {
        for other in updates[..<index] {
          do { try other.takeBack() } catch { Program.complain("\(error)") }
        }
        throw error
      }
    }
  }

  private static func kept(_ updates: [RepositoryUpdate], _ invocation: Invocation) -> String {
    let pins = updates.filter(\.checkout.isPinned).map {
      "the submodule '\($0.checkout.folder)' is at another commit now: commit that around it\n"
    }
    return pins.joined() + "'\(invocation.commandLine(["image"]))' builds it\n"
  }

  private static func json(
    _ updates: [RepositoryUpdate], _ answer: UpdateQuestion.Answer, isKept: Bool
  ) -> String {
    let head: JSON = [
      "version": 1, "repositories": .array(updates.map(\.json)), "kept": .bool(isKept),
      "refusal": answer.changes == nil ? .string(answer.text) : .null,
    ]
    return (head + (answer.changes ?? [:])).pretty + "\n"
  }
}

/// `sysbuild update-report REQUEST ANSWER`, in a process of its own, since it sees the repositories as they will be. Both
/// are files of JSON. The request has `checkouts` (`ForeseenCheckout`) and `width`, that of the text; or null. The answer
/// has `text` and `changes` (`UpdateQuestion.Answer`).
private enum UpdatePreview {
  static func ask(_ updates: [RepositoryUpdate], _ session: Session) throws -> UpdateQuestion.Answer {
    try Signals.deferringEnds {
      let scratch = try Directory.createTemporary(prefix: "/tmp/sysbuild-update-")
      defer { try? Directory.removeTree(scratch) }
      let request: JSON = [
        "checkouts": .array(updates.map(\.request)),
        "width": StandardStream.output.width.map { .integer($0) } ?? .null,
      ]
      let (question, file) = (scratch / "request", scratch / "answer")
      try File.write(Array(request.line.utf8), to: question)
      let (output, status) = try OwnCommand.output(["-s", "update-report", "\(question)", "\(file)"], session)
      guard status.isSuccess, let answer = JSONReader.value(of: try File.read(file)) else {
        throw UserError(
          status == .exited(2)
            ? String(decoding: output, as: UTF8.self).replacing("sysbuild: ", with: "")
            : "the question to Portage ended with \(status): \(printable(output))")
      }
      let changes = answer["changes"].flatMap { $0 == .null ? nil : $0 }
      return UpdateQuestion.Answer(text: answer["text"]?.text ?? "", changes: changes)
    }
  }

  static func run(_ session: Session) throws -> Ending {
    let words = session.invocation.words
    guard words.count == 2, let request = JSONReader.value(of: try File.read(Path(words[0]))) else {
      throw UserError("'update-report' is a part of 'update'")
    }
    let question = UpdateQuestion((request["checkouts"]?.elements ?? []).compactMap { ForeseenCheckout($0) })
    let answer = try question.answer(in: Path(words[0]).parent, width: request["width"]?.integer) {
      let session = try Session(session.invocation)
      return (session.state, session.settings, try session.portageEnvironment())
    }
    let json: JSON = ["text": .string(answer.text), "changes": answer.changes ?? .null]
    try File.write(Array(json.line.utf8), to: Path(words[1]))
    return .exit(0)
  }
}
