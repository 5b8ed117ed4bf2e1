import TextKit

/// The last run as a timeline: a bar for each target, the packages in it as thin lines below, and which targets made the
/// run as long as it was.
struct TimeSection {
  private let run: ReportContent.Run
  let path: CriticalPath
  private let axis: TimeAxis
  /// When each target began, in seconds from the beginning of the run.
  private let begins: [String: Double]

  private static let mostLanes = 6

  init(_ run: ReportContent.Run, needs: [String: [String]]) {
    self.run = run
    // A target has one entry for each attempt at it.
    let seconds = Dictionary(run.targets.map { ($0.name, $0.seconds) }) { $0 + $1 }
    let path = CriticalPath(seconds, needs: needs)
    let begins = run.targets.map { target in
      (target.name, target.began ?? (path.ends[target.name] ?? 0) - (seconds[target.name] ?? 0))
    }
    self.path = path
    self.begins = Dictionary(begins) { first, _ in first }
    let end = zip(begins, run.targets).map { $0.0.1 + $0.1.seconds }.max() ?? 0
    axis = TimeAxis(max(run.seconds ?? 0, end))
  }

  var markup: Markup {
    if run.targets.isEmpty {
      return "<p>Nothing had to be made: everything was up to date, or what was there could be kept.</p>\n"
    }
    let isPlaced = run.targets.allSatisfy { $0.began != nil }
    let note: Markup =
      isPlaced
      ? ""
      : "<p class=\"note\">The record of this run does not say when each target began: each is drawn right after what it needs.</p>\n"
    let ordered = run.targets.enumerated().sorted { left, right in
      (begin(left.element), left.offset) < (begin(right.element), right.offset)
    }
    return """
      \(critical)\(note)<div class="scroll" role="region" aria-label="Timeline" tabindex="0">
      <table class="time" role="table">
      <thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Target</th>\
      <th scope="col" role="columnheader" class="number">Took</th>\
      <th scope="col" role="columnheader" class="chart"><span class="hidden">Began, and why</span>\(axis.header)</th></tr></thead>
      <tbody role="rowgroup">
      \(ordered.map { row($0.element) })</tbody></table></div>
      \(packages)
      """
  }

  private func begin(_ target: ReportContent.Target) -> Double { begins[target.name] ?? 0 }

  private var critical: Markup {
    let chain = path.targets.map { "<b>\($0)</b>" as Markup }
    let joined = chain.dropFirst().reduce(chain.first ?? "") { "\($0) → \($1)" as Markup }
    let whole = run.seconds ?? axis.length
    let rest: Markup =
      if run.targets.count == path.targets.count {
        ""
      } else if path.length > 0.9 * whole {
        " The other targets ran at the same time: if they were faster, the run would take as long."
      } else {
        " With more jobs at once the run could be as short as that."
      }
    return """
        <p>The critical path is \(joined), \(duration(path.length)) of \(duration(whole)).\(rest)</p>
        <p class="key" aria-hidden="true">\(keys)</p>

      """
  }

  /// The colours, with what each stands for.
  private var keys: [Markup] {
    let keys: [(style: Markup, text: Markup)] = [
      ("bar critical", "critical path, marked ◆"), ("bar", "other targets"), ("work", "a package being built"),
      ("work binary", "merged from a binary package"),
    ]
    return keys.map { style, text in
      "<span><svg width=\"14\" height=\"12\"><rect width=\"14\" height=\"12\" class=\"\(style)\"/></svg>\(text)</span> "
    }
  }

  private func row(_ target: ReportContent.Target) -> Markup {
    let isCritical = path.targets.contains(target.name)
    let lanes = lanes(of: target)
    let height = 16 + (lanes.isEmpty ? 0 : 2 + 5 * Double(lanes.count))
    let began = begin(target)
    let lines = lanes.enumerated().flatMap { number, lane in
      lane.map { work -> Markup in
        let x = axis.percent(work.began ?? 0)
        let title = "\(work.name): \(duration(work.seconds))"
        return """
          <rect x="\(x)%" y="\(18 + 5 * Double(number))" width="\(axis.percent(work.seconds))%" height="4" \
          class="work\(work.isBinary ? " binary" : "")"><title>\(title)</title></rect>
          """
      }
    }
    let mark: Markup = isCritical ? " <span class=\"mark\" title=\"on the critical path\">◆</span>" : ""
    let ending: Markup =
      target.ending.isEmpty
      ? "" : " <span class=\"\(target.hasFailed ? "bad" : "minor")\">\(target.ending)</span>"
    let why = target.reasons.prefix(3).joined(separator: "; ") + (target.reasons.count > 3 ? "; …" : "")
    return """
      <tr role="row"><th scope="row" role="rowheader">\(target.name)\(mark)\(ending)</th><td class="number" role="cell">\(duration(target.seconds))</td>\
      <td class="chart" role="cell"><svg width="100%" height="\(height)" role="img" \
      aria-label="from \(duration(began)) to \(duration(began + target.seconds))">\(axis.grid(height: height))\
      <rect x="\(axis.percent(began))%" y="1" width="\(max(axis.percent(target.seconds), 0.2))%" height="14" \
      class="bar\(isCritical ? " critical" : "")"/>\(lines)</svg>\
      <span class="why">\(target.began == nil ? "" : "at \(duration(began))\(why.isEmpty ? "" : ": ")" as Markup)\(why)</span></td></tr>

      """
  }

  /// Packages that were built at the same time are in different lanes.
  private func lanes(of target: ReportContent.Target) -> [[ReportContent.Work]] {
    var lanes: [[ReportContent.Work]] = []
    for work in target.packages.filter({ $0.began != nil }).sorted(by: { ($0.began ?? 0) < ($1.began ?? 0) }) {
      let began = work.began ?? 0
      let free = lanes.firstIndex { lane in
        lane.last.map { ($0.began ?? 0) + $0.seconds <= began + 0.01 } ?? true
      }
      if let free {
        lanes[free].append(work)
      } else if lanes.count < Self.mostLanes {
        lanes.append([work])
      }
    }
    return lanes
  }

  // MARK: Packages

  private struct Row {
    let target: String
    let work: ReportContent.Work
  }

  private var packages: Markup {
    let works = run.targets.flatMap { target in target.packages.map { Row(target: target.name, work: $0) } }
      .sorted { ($1.work.seconds, $0.work.name, $0.target) < ($0.work.seconds, $1.work.name, $1.target) }
    if works.isEmpty { return "" }
    let longest = max(0.001, works[0].work.seconds)
    let built = works.count { !$0.work.isBinary }
    let rows = works.map { row -> [FoldedTable.Cell] in
      [
        .text(Markup.breakable(row.work.name)), .number(duration(row.work.seconds)),
        .bar(row.work.seconds / longest * 100, row.work.isBinary ? "work binary" : "work"),
        .text("\(row.target)"), .text(row.work.isBinary ? "merged" : "built"),
      ]
    }
    let table = FoldedTable(
      label: "Packages of this run by time", style: "works",
      columns: [.text("Package"), .number("Took"), FoldedTable.bars, .text("Target"), .text("How")], rows: rows,
      shown: 15)
    return """
      <h3>Packages of this run</h3>
      <p>\(Quantity.count(built, "package")) built, and \(works.count - built) merged from binary packages.</p>
      \(table.markup)
      """
  }
}
