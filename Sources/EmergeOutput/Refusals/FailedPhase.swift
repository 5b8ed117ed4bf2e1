/// A package that could not be built or merged.
extension Diagnosis {
  /// ` * ERROR: CPV::REPO failed (compile phase):` with its message in the next line, the path of the build
  /// log, and the other packages that failed.
  static func failedPackage(_ lines: EmergeLines) -> Diagnosis? {
    let failures = lines.texts.indices.filter { lines.texts[$0].hasPrefix(Self.failure) }
    var details: [String] = []
    let headline: String
    let package: String
    let error = lines.texts.indices.first { lines.texts[$0].hasPrefix("* ERROR: ") }
    if let error, let (before, after) = lines.texts[error].split(around: " failed") {
      package = Self.package(in: before.dropFirst("* ERROR: ".count))
      let phase = after.split(around: "(").flatMap { $0.after.split(around: " phase)") }
      headline = "\(package) failed" + (phase.map { " in its \($0.before) phase" } ?? "")
      if let cause = Self.cause(in: lines.texts[..<error]) { details.append(cause) }
      let message = lines.texts[(error + 1)...].first.map { $0.dropFirst().drop { $0 == " " } } ?? ""
      if !message.isEmpty, message != "(no error message)" { details.append(String(message)) }
      details += place(of: lines.texts[(error + 1)...], hasMessage: message != "(no error message)")
    } else if let first = failures.first {
      package = Self.failedName(lines.texts[first])
      headline = "\(package) could not be built or merged"
    } else {
      return nil
    }
    let own = failures.first { Self.failedName(lines.texts[$0]) == package }
    let log = lines.logPath(from: own ?? lines.firstIndex(containing: "build log is located at"))
    if let log { details.append("build log: \(log)") }
    var named = [package]
    for failure in failures {
      let name = Self.failedName(lines.texts[failure])
      if named.contains(name) { continue }
      named.append(name)
      details.append("\(name) failed too" + (lines.logPath(from: failure).map { ": \($0)" } ?? ""))
    }
    let wantsNetwork = error.map { lines.texts[..<$0].contains(where: Self.saysThatThereIsNoNetwork) } ?? false
    return Diagnosis(
      headline, details: details,
      remedy: wantsNetwork ? "a build has no network: name what it downloads in SRC_URI" : nil)
  }

  /// `NAME.ebuild, line 9: Called die` in the call stack, and, where there is no message, the command that failed:
  /// `The specific snippet of code:` and the line below.
  private static func place(of lines: ArraySlice<String>, hasMessage: Bool) -> [String] {
    let end = lines.firstIndex { $0.hasPrefix("* If you need support") } ?? lines.endIndex
    let stack = lines[..<end].map { $0.dropFirst().drop { $0 == " " } }
    let caller = stack.lazy.compactMap { line -> String? in
      guard let (file, after) = line.split(around: ", line "),
        file.hasSuffix(".ebuild") || file.hasSuffix(".eclass"),
        let number = after.split(separator: ":").first.map({ $0.drop { $0 == " " } })
      else { return nil }
      return "at \(file):\(number)"
    }.last
    let snippet = stack.firstIndex { $0.hasPrefix("The specific snippet of code:") }
    let command = snippet.flatMap { stack[($0 + 1)...].first }.map { line in
      "the command: " + line.replacing("\\t", with: "").drop { $0 == " " }
    }
    return [caller, hasMessage ? nil : command].compactMap(\.self)
  }

  /// Whether a program has said that it reaches no other machine.
  private static func saysThatThereIsNoNetwork(_ line: String) -> Bool {
    ["Temporary failure in name resolution", "Could not resolve host", "Network is unreachable"]
      .contains { line.contains($0) }
  }

  /// The line that most likely says why a phase failed: the first error of a compiler, otherwise the last line
  /// that does not come from a program such as make, which only reports that another one failed.
  static func cause(in lines: ArraySlice<String>) -> String? {
    let phase = lines.lastIndex { $0.hasPrefix(">>> ") }.map { lines[($0 + 1)...] } ?? lines
    let relays = ["collect2:", "make:", "make[", "ninja:", "* Messages for package ", "* Log file: "]
    let said = phase.filter { line in !line.isEmpty && !relays.contains(where: line.hasPrefix) }
    return said.first { $0.contains(" error: ") } ?? said.last
  }

  /// The beginning of `>>> Failed to emerge CPV for ROOT, Log file:`, which also occurs with `install`.
  static let failure = ">>> Failed to "

  static func failedName(_ line: String) -> String {
    let words = line.dropFirst(failure.count).split(separator: " ")
    return words.count > 1 ? package(in: words[1]) : "a package"
  }
}
