import TextKit

/// Finds the warnings and errors in the output of an emerge (seen with Portage 3.0.83).
///
/// Portage's wording changes between versions, so each case depends on as few words as possible, and a
/// paragraph that begins like a warning is passed on even if no case matches.
package struct EmergeMessages {
  /// In the order in which emerge prints them, each once.
  package private(set) var all: [EmergeMessage] = []
  private var rest: ArraySlice<String>
  private let source: String
  /// What bash said of an ebuild, `file:line: …`.
  private var bashError: String?

  /// - Parameters:
  ///   - source: the source tree; paths in it are shown relative to it.
  ///   - isSuccess: whether the emerge succeeded. If not, `Diagnosis` reports the cause, and general warnings
  ///     are left out.
  package init(_ transcript: EmergeTranscript, source: String, isSuccess: Bool) {
    self.source = source.hasSuffix("/") ? source : source + "/"
    rest = EmergeLines(transcript.plan).texts[...]
    while let line = rest.popFirst() { readPlan(line, isSuccess) }
    rest = EmergeLines(transcript.end).texts[...]
    while let line = rest.popFirst() { readEnd(line, isSuccess, transcript.fromBinary) }
  }

  package var errors: [EmergeMessage] { all.filter { $0.severity == .error } }

  // MARK: Before the packages

  private mutating func readPlan(_ line: String, _ isSuccess: Bool) {
    if line.hasSuffix("* Digest verification failed:") {
      let file = path(marked() ?? "an ebuild")
      let reason = marked().flatMap { $0.split(around: "Reason: ") }.map { ": \($0.after)" } ?? ""
      say(.error("emerge ignores \(file)\(reason); restore it, or regenerate its Manifest"))
    } else if let (_, after) = line.split(around: "* Manifest not found for '") {
      say(.error("emerge ignores \(path(after.dropLast())), which has no Manifest; create one"))
    } else if line.hasPrefix("* ERROR: "), let (before, _) = line.split(around: " failed (depend phase)") {
      let said = marked()
      let reason = (bashError ?? said).map { ": \($0)" } ?? ""
      bashError = nil
      let package = before.dropFirst("* ERROR: ".count).prefix { $0 != ":" }
      say(.error("emerge ignores \(package), whose ebuild cannot be read\(reason); correct it"))
    } else if line.hasPrefix("/"), let (file, after) = line.split(around: ": line "),
      file.hasSuffix(".ebuild") || file.hasSuffix(".eclass"),
      let (number, error) = after.split(around: ": ")
    {
      // The second line that it prints shows the code.
      bashError = bashError ?? "\(path(file)):\(number): \(error)"
    } else if line.hasPrefix("--- ") {
      let text = path(line.dropFirst(4))
      let isOurs = line.contains("/etc/portage/")
      say(isOurs ? .error("emerge ignores a line: \(text); correct it") : .warning(text))
    } else if line.hasPrefix("!!! The following update"), line.contains("been skipped") {
      skippedForMissing(areMany: line.contains("update(s)"))
    } else if line.contains("skipped due to a dependency conflict") {
      skippedForConflict()
    } else if line.hasPrefix("WARNING: "), line.contains("merged because") {
      for argument in paragraph(after: 1) {
        let name = argument.prefix { $0 != " " }
        say(.warning("\(name) is not built: package.provided lists it; remove it there or from the sets"))
      }
    } else if line.hasPrefix("!!! Your current profile is deprecated") {
      let successor = paragraph(after: 1).first.map { " with \($0)" } ?? ""
      say(.warning("the profile is deprecated: replace it\(successor) in make.profile"))
    } else if line.hasPrefix("!!! Invalid binary package: ") {
      let file = line.split(around: "'").flatMap { $0.after.split(around: "'") }?.before ?? "a file"
      say(.warning("a binary package cannot be read and is rebuilt: \(path(file))"))
    } else if isSuccess {
      readAnywhere(line)
    }
  }

  /// The block has `selected: (CPV…`, `skipped: (CPV…` and then the missing dependency, in the same words as in
  /// a failed run. If `areMany`, emerge leaves out the reasons and only lists slots.
  private mutating func skippedForMissing(areMany: Bool) {
    let end =
      rest.firstIndex { line in
        ["!!! The following ", "WARNING: ", "* IMPORTANT: "].contains(where: line.hasPrefix)
      } ?? rest.endIndex
    let block = rest[..<end]
    if areMany {
      for slot in paragraph(after: 1) {
        say(
          .warning("an update of \(slot.prefix { $0 != " " }) was skipped: its dependencies are not available"))
      }
      return
    }
    guard let skipped = block.first(where: { $0.hasPrefix("skipped: (") }) else { return }
    let package = skipped.dropFirst("skipped: (".count).prefix { $0 != ":" }
    let cause = Diagnosis(emergeOutput: block.joined(separator: "\n").utf8)
    let why = cause.map { ": \($0.headline)" } ?? ""
    let remedy = cause?.remedy.map { "; \($0)" } ?? ""
    say(.warning("the update to \(package) was skipped\(why)\(remedy)"))
    rest = rest[end...]
  }

  /// For each package there is `CATEGORY/NAME:SLOT for ROOT`, then `(CPV…) … conflicts with`, and below that
  /// the conflicting requirements: `ATOM required by (CPV…`, or an argument.
  private mutating func skippedForConflict() {
    var package: Substring?
    var wants: [String] = []
    func message() -> EmergeMessage? {
      package.map { package in
        .warning(
          "the update to \(package) was skipped: \(wants.joined(separator: ", ")); "
            + "update or remove the package that wants another version, or mask the update")
      }
    }
    while let line = rest.first, !Self.signs.contains(where: line.hasPrefix) {
      rest.removeFirst()
      if line.hasPrefix("("), line.hasSuffix("conflicts with") {
        message().map { say($0) }
        (package, wants) = (line.dropFirst().prefix { $0 != ":" }, [])
      } else if let (atom, parent) = line.split(around: " required by ") {
        wants.append("\(parent.drop { $0 == "(" }.prefix { $0 != ":" && $0 != " " }) wants \(atom)")
      }
    }
    message().map { say($0) }
  }

  // MARK: After the packages

  private mutating func readEnd(_ line: String, _ isSuccess: Bool, _ fromBinary: Set<String>) {
    let words = "* Messages for package "
    if line.hasPrefix(words) {
      let package = line.dropFirst(words.count).prefix { $0 != " " && $0 != ":" }
      readLog(of: String(package), isTold: !fromBinary.contains(String(package)))
    } else if line.contains("existing preserved libs") {
      preservedLibraries()
    } else if isSuccess {
      readAnywhere(line)
    }
  }

  /// The messages that a package logged with the classes `warn` and `error`: `* Log file: …`, a blank line,
  /// then lines that begin with `*`. Failures are left out, since `Diagnosis` reports them. So is the warning
  /// about overwritten files that belong to no package, since the toolchain's build put them there.
  private mutating func readLog(of package: String, isTold: Bool) {
    var lines: [String] = []
    while let line = rest.first, line.isEmpty || line.hasPrefix("*"),
      !line.hasPrefix("* Messages for package "),
      !line.hasPrefix("* IMPORTANT: ")
    {
      rest.removeFirst()
      let text = line.dropFirst().drop { $0 == " " }
      if !text.isEmpty, !text.hasPrefix("Log file: ") { lines.append(String(text)) }
    }
    if let start = lines.firstIndex(where: { $0.hasPrefix("This package will overwrite one or more files") }) {
      let end = lines[start...].firstIndex { $0.hasPrefix("necessary, refer to your elog messages") }
      lines.removeSubrange(start..<min(lines.endIndex, (end ?? lines.endIndex - 2) + 2))
    }
    let isFailure = lines.contains { $0.hasPrefix("ERROR: \(package)") }
    if lines.isEmpty || isFailure || !isTold { return }
    let text = lines.joined(separator: " ")
    say(.warning("\(package) says: \(text.count > 400 ? "\(text.prefix(400)) …" : text)"))
  }

  /// `>>> package: CPV`, and `*  - PATH` for each library.
  private mutating func preservedLibraries() {
    var package = "a package"
    while let line = rest.first,
      line.hasPrefix(">>> package: ") || line.hasPrefix("*  - ") || line.hasPrefix("*    ")
    {
      rest.removeFirst()
      if line.hasPrefix(">>> package: ") { package = String(line.dropFirst(">>> package: ".count)) }
      if line.hasPrefix("*  - ") {
        say(
          .warning(
            "\(line.dropFirst(5)) is no longer in \(package) and only kept for packages that were not "
              + "rebuilt, but the image lacks it; rebuild them, with 'FEATURES=-preserve-libs' in make.conf"))
      }
    }
  }

  // MARK: Anywhere

  /// `* IMPORTANT: N news items need reading for repository 'NAME'.`, and any other line that begins like a
  /// warning.
  private mutating func readAnywhere(_ line: String) {
    if line.hasPrefix("* IMPORTANT: "),
      let (before, after) = line.split(around: " news items need reading for ")
    {
      let count = before.dropFirst("* IMPORTANT: ".count)
      say(
        .warning(
          "news unread of \(after.drop { $0 == " " }.split(separator: ".").first ?? "a repository"): \(count); "
            + "they are in its metadata/news"))
    } else if line.hasPrefix("!!! The following installed packages are masked") {
      // `helper check-installed` reports these packages, and others.
      _ = paragraph(after: 0)
    } else if let sign = Self.signs.first(where: line.hasPrefix), !Self.harmless.contains(where: line.hasPrefix)
    {
      var words = [sign == "FEATURES variable " ? line[...] : line.dropFirst(sign.count)]
      let mark = sign.hasPrefix("W") ? "" : String(sign.prefix { $0 != " " }) + " "
      while let line = rest.first, !line.isEmpty, line.hasPrefix(mark) {
        words.append(line.dropFirst(mark.count))
        rest.removeFirst()
      }
      say(.warning("emerge says: \(path(words.joined(separator: " ")))"))
    }
  }

  private static let signs = ["!!! ", "WARNING: ", "* IMPORTANT: ", "FEATURES variable "]

  /// Warnings that are true in every stage and harmless: a profile need not have a system set, and no
  /// configuration file is protected.
  private static let harmless = ["!!! CONFIG_PROTECT is empty", "!!! You have no system list"]

  // MARK: Lines

  private mutating func say(_ message: EmergeMessage) {
    if !all.contains(message) { all.append(message) }
  }

  /// The rest of this paragraph, or of the one that is `blanks` paragraphs below.
  private mutating func paragraph(after blanks: Int) -> [String] {
    for _ in 0..<blanks {
      rest = rest.drop { !$0.isEmpty }.drop(while: \.isEmpty)
    }
    let lines = rest.prefix { !$0.isEmpty }
    rest = rest.dropFirst(lines.count)
    return Array(lines)
  }

  /// The next line without the `*` at its beginning; nil if it has none.
  private mutating func marked() -> String? {
    guard let line = rest.first, line.hasPrefix("*") else { return nil }
    rest.removeFirst()
    return String(line.dropFirst().drop { $0 == " " })
  }

  /// The text with the paths in the source tree made relative to it.
  private func path(_ text: some StringProtocol) -> String { String(text).replacing(source, with: "") }
}
