import Caching
import Platform

/// The readers of what comes from a cache, to which others may write.
extension ParserCheck {
  static let cacheChecks = [
    ParserCheck("cache-record") { bytes in
      guard let record = CacheRecord(bytes) else { return }
      let text = record.text
      try promise(CacheRecord(text)?.text == text, "the record's text is another")
      for case .archive(_, _, _, let folders) in record.parts {
        try promise(
          folders.allSatisfy { ("/o" / $0).normalized.isInside("/o") }, "it leads out of O: \(folders)")
      }
      for case .file(_, _, let name) in record.parts {
        let rest = name.drop { $0 != "/" }.dropFirst()
        try promise(("/o" / Path(String(rest))).normalized.isInside("/o"), "it leads out of O: \(name)")
      }
    },
    ParserCheck("action-result") { bytes in
      guard let result = ActionResult(bytes) else { return }
      try promise(ActionResult(result.bytes) == result, "the message is another")
    },
    ParserCheck("archive") { bytes, folder in
      try File.write(bytes, to: folder / "archive")
      try TarCheck.check(folder / "archive", folders: ["a"])
    },
  ]
}
