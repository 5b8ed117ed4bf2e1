import TextKit

/// The root file system as a treemap: a tile for each package, and in it one for each folder.
struct SizeMap {
  let parts: [ReportContent.Part]
  let size: Int

  /// - Parameter parts: the largest first.
  init(_ parts: [ReportContent.Part]) {
    self.parts = parts
    size = parts.reduce(0) { $0 + $1.size }
  }

  /// The drawing for pages of several widths. The style sheet shows one of them, so that its text is never too small.
  var markup: Markup {
    "\(drawing("wide", 1140, 540))\(drawing("medium", 760, 520))\(drawing("narrow", 360, 480))"
  }

  private func drawing(_ name: String, _ width: Int, _ height: Int) -> Markup {
    let area = Rectangle(x: 0, y: 0, width: Double(width), height: Double(height))
    // Smaller tiles could not be seen.
    let (shown, hidden) = split(parts, size, at: 150 / area.area)
    let hiddenSize = hidden.reduce(0) { $0 + $1.size }
    let tiles = Treemap.layout((shown.map(\.size) + [hiddenSize]).map(Double.init), in: area)
    var tiled = zip(shown, tiles).map { tile($0, $1) }
    if !hidden.isEmpty, let last = tiles.last {
      tiled.append(tile("\(hidden.count) smaller", hiddenSize, last, .other))
    }
    let names = parts.prefix(5).map { "\($0.name) \(Quantity.size($0.size))" }.joined(separator: ", ")
    return """
      <svg class="map \(name)" viewBox="0 0 \(width) \(height)" role="img" aria-labelledby="map-\(name) map-\(name)-text">\
      <title id="map-\(name)">Size of the root file system by package and folder</title>\
      <desc id="map-\(name)-text">The largest: \(names). The table below has all of them.</desc>
      \(tiled)</svg>

      """
  }

  /// Parts that take at least this share of the whole, and the others.
  private func split(
    _ parts: [ReportContent.Part], _ size: Int, at share: Double
  ) -> (shown: [ReportContent.Part], hidden: [ReportContent.Part]) {
    let shown = parts.prefix { Double($0.size) >= Double(size) * share }
    return (Array(shown), Array(parts.dropFirst(shown.count)))
  }

  private func tile(_ part: ReportContent.Part, _ place: Rectangle) -> Markup {
    let largest = FolderKind(part.folders.first?.path ?? "")
    let inner = place.inset(2, top: 18)
    guard inner.width > 50, inner.height > 24, part.folders.count > 1 else {
      return tile(part.name, part.size, place, largest)
    }
    let share = 120 / inner.area
    let shown = part.folders.prefix { Double($0.size) >= Double(part.size) * share }
    let rest = part.folders.dropFirst(shown.count).reduce(0) { $0 + $1.size }
    let places = Treemap.layout((shown.map(\.size) + [rest]).map(Double.init), in: inner)
    var folders = zip(shown, places).map { folder, place in
      folder.size == 0 ? "" : self.folder(folder, of: part, place)
    }
    if rest > 0, let last = places.last {
      folders.append(
        box(last.inset(0.5), "folder other", "\(part.name), other folders: \(Quantity.size(rest))"))
    }
    return
      "<g>\(box(place.inset(1), "package", title(part.name, part.size)))\(label(part.name, part.size, place))\(folders)</g>\n"
  }

  private func folder(_ folder: ReportContent.Folder, of part: ReportContent.Part, _ place: Rectangle) -> Markup
  {
    let title = "\(part.name), /\(folder.path): \(Quantity.size(folder.size))"
    let shape = box(place.inset(0.5), "folder \(FolderKind(folder.path).rawValue)", title)
    guard place.height > 20, let text = fitting("/" + folder.path, place.width - 10) else {
      return shape
    }
    let size = Quantity.size(folder.size)
    let second: Markup =
      place.height > 38 && width(size) < place.width - 10
      ? "<text x=\"\(place.x + 6)\" y=\"\(place.y + 31)\" class=\"minor\">\(size)</text>" : ""
    return shape + "<text x=\"\(place.x + 6)\" y=\"\(place.y + 16)\">\(text)</text>" + second
  }

  private func tile(_ name: String, _ size: Int, _ place: Rectangle, _ kind: FolderKind) -> Markup {
    let shape = box(place.inset(1), "folder \(kind.rawValue)", title(name, size))
    return "<g>\(shape)\(place.height > 20 ? label(name, size, place) : "")</g>\n"
  }

  private func title(_ name: String, _ size: Int) -> String { "\(name): \(Quantity.size(size))" }

  private func box(_ place: Rectangle, _ style: Markup, _ title: String) -> Markup {
    """
    <rect x="\(place.x)" y="\(place.y)" width="\(place.width)" height="\(place.height)" class="\(style)">\
    <title>\(title)</title></rect>
    """
  }

  /// The name at the top of a tile, with the size behind it if there is room.
  private func label(_ name: String, _ size: Int, _ place: Rectangle) -> Markup {
    guard let text = fitting(name, place.width - 12, bold: true) else { return "" }
    let size = Quantity.size(size)
    let fits = text == name && width(name, bold: true) + width(size) + 22 < place.width
    let second: Markup = fits ? "<tspan class=\"minor\" dx=\"6\">\(size)</tspan>" : ""
    return
      "<text x=\"\(place.x + 6)\" y=\"\(place.y + 15)\"><tspan class=\"name\">\(text)</tspan>\(second)</text>"
  }

  /// The text, or as much of it as can be understood and fits; nil if nothing does.
  private func fitting(_ text: String, _ room: Double, bold: Bool = false) -> String? {
    if width(text, bold: bold) <= room { return text }
    // The end says more than the beginning: the package without its category, the last folder.
    let end = String(text.split(separator: "/").last ?? "")
    let short = bold ? end : "…/" + end
    if width(short, bold: bold) <= room { return short }
    let count = Int(room / width("n", bold: bold)) - 1
    return count >= 4 ? end.prefix(count) + "…" : nil
  }

  /// About how wide a text is at the size of the labels, in pixels.
  private func width(_ text: String, bold: Bool = false) -> Double { Double(text.count) * (bold ? 7.7 : 7) }
}
