/// What the targets had to say that asks for a person.
struct WarningSection {
  private let warnings: [ReportContent.Warning]

  init(_ warnings: [ReportContent.Warning]) { self.warnings = warnings }

  var markup: Markup {
    if warnings.isEmpty { return "<p>None in the last run of any target.</p>\n" }
    let items = warnings.map { warning -> Markup in
      """
      <li\(warning.isFailure ? " class=\"failure\"" as Markup : "")><p><b>\(warning.target)\
      \(warning.isFailure ? " failed" : "")</b>: \(warning.text)</p><p class="minor">run of \(warning.run)</p></li>

      """
    }
    return "<p>From the last run of each target.</p>\n<ul class=\"warnings\">\n\(items)</ul>\n"
  }
}
