import TextKit

/// A report as one HTML file, for which nothing else is needed: no script, font, picture or network. The text depends on
/// the content alone.
package struct Page {
  private let content: ReportContent
  /// The last run that has ended, which is the one that is drawn.
  private let run: ReportContent.Run?
  private let time: TimeSection?

  package init(_ content: ReportContent) {
    self.content = content
    run = content.runs.first { $0.seconds != nil }
    time = run.map { TimeSection($0, needs: content.needs) }
  }

  /// The text of the file, in UTF-8.
  package var html: String {
    let sections = self.sections
    let links = sections.map { "<li><a href=\"#\($0.name)\">\($0.title)</a></li>" as Markup }
    let page: Markup = """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="referrer" content="no-referrer">
      <meta name="color-scheme" content="light dark">
      <title>\(content.title): the image and its last build</title>
      <style>
      \(StyleSheet.markup)</style>
      </head>
      <body>
      <a class="skip" href="#main">Skip to the content</a>
      <header>
      <h1>\(content.title)</h1>
      <p class="lede">\(headline)</p>
      \(figures)<nav aria-label="Sections"><ul>\(links)</ul></nav>
      </header>
      <main id="main">
      \(sections.map { "<section id=\"\($0.name)\" aria-labelledby=\"\($0.name)-title\">\n<h2 id=\"\($0.name)-title\">\($0.title)</h2>\n\($0.body)</section>\n" as Markup })</main>
      <footer><p>Drawn by <code>sysbuild report</code> from <code>\(content.build)</code>.</p></footer>
      </body>
      </html>

      """
    return page.text
  }

  // MARK: At the top

  private var headline: Markup {
    var sentences: [Markup] = []
    if let image = content.image {
      let packages = image.parts.filter(\.isPackage)
      let size = packages.reduce(0) { $0 + $1.size }
      let growth: Markup =
        image.comparison.map { comparison in
          let growth = comparison.newSize - comparison.oldSize
          if comparison.changes.allSatisfy(\.parts.isEmpty) { return ", as in \(comparison.name)" }
          return growth == 0
            ? ", as much as in \(comparison.name)"
            : ", <b>\(Quantity.size(growth.magnitude)) \(growth > 0 ? "more" : "less")</b> than in \(comparison.name)"
        } ?? ""
      sentences.append(
        "<b>\(Quantity.count(packages.count, "package"))</b> \(packages.count == 1 ? "takes" : "take") <b>\(Quantity.size(size))</b>\(growth)."
      )
    } else if content.hasImage {
      sentences.append("No root file system was built yet.")
    }
    if let last = content.runs.first, last.seconds == nil {
      sentences.append("The last run was \(last.ending).")
    }
    if let run, let time {
      let critical: Markup =
        run.targets.count > 1
        ? ", of which the critical path \(time.path.summary) took <b>\(duration(time.path.length))</b>" : ""
      let first: Markup = content.runs.first?.seconds == nil ? "The last one that ended" : "The last run"
      sentences.append(
        "\(first) \(run.hasFailed ? "failed after" : "took") <b>\(duration(run.seconds ?? 0))</b>\(critical).")
    }
    if content.runs.isEmpty { sentences.append("No run is on record.") }
    let failures = content.warnings.count(where: \.isFailure)
    let warnings = content.warnings.count - failures
    if warnings > 0 {
      sentences.append(
        "There \(warnings == 1 ? "is" : "are") <a href=\"#warnings\">\(Quantity.count(warnings, "warning"))</a>."
      )
    }
    return sentences.dropFirst().reduce(sentences.first ?? "") { "\($0) \($1)" }
  }

  private var figures: Markup {
    guard let image = content.image else { return "" }
    let root = image.parts.reduce(0) { $0 + $1.size }
    let figures =
      [("root file system", Quantity.size(root), "files, not compressed")]
      + image.files.map { file in
        let growth = file.oldSize.map { Quantity.growth(file.size - $0, none: "as before") } ?? ""
        return (file.name, Quantity.size(file.size), file.isOutOfDate ? "before the last changes" : growth)
      }
    let items = figures.map { name, value, note -> Markup in
      "<div><dt>\(name)</dt><dd>\(value) <span class=\"minor\">\(note)</span></dd></div>\n"
    }
    return "<dl class=\"figures\">\n\(items)</dl>\n"
  }

  // MARK: Sections

  private struct Section {
    let name: Markup
    let title: String
    let body: Markup
  }

  private var sections: [Section] {
    var sections: [Section] = []
    if let image = content.image {
      sections.append(Section(name: "size", title: "Size", body: SizeSection(image).markup))
      let changes: Markup =
        image.comparison.map { ChangeSection($0, image.files).markup }
        ?? "<p>No image was published yet that this one could be held against.</p>\n"
      sections.append(Section(name: "changes", title: "Changes", body: changes))
      sections.append(Section(name: "licences", title: "Licences", body: LicenceSection(image.parts).markup))
    } else if content.hasImage {
      sections.append(
        Section(
          name: "size", title: "Size",
          body: "<p>There is no root file system yet. <code>sysbuild rootfs</code> builds it.</p>\n"))
    }
    sections.append(Section(name: "time", title: "Time", body: times))
    sections.append(Section(name: "warnings", title: "Warnings", body: WarningSection(content.warnings).markup))
    return sections
  }

  private var times: Markup {
    guard let run, let time else { return "<p>No run that has ended is on record.</p>\n" }
    let first: Markup = content.runs.first?.seconds == nil ? "The last run that has ended" : "The last run"
    return """
      <p>\(first) began at \(run.began): <code>\(run.command)</code>, \(run.ending) after \(duration(run.seconds ?? 0)).</p>
      \(time.markup)\(RunTable(Array(content.runs.prefix(10))).markup)
      """
  }
}
