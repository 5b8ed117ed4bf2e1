import PortageFiles
import TextKit

/// Reports what is installed in a root and why, as a table or as JSON, sorted by name or by size.
package struct PackageReport {
  /// The packages of an image that was published, and the file that they were read from.
  package struct Published {
    let file: String
    let packages: [PackageEntry]

    package init(file: String, packages: [PackageEntry]) {
      self.file = file
      self.packages = packages
    }

    var size: Int { packages.reduce(0) { $0 + $1.size } }
  }

  /// `rootfs` or `sysroot`.
  let root: String
  let packages: [PackageEntry]
  /// The origin of each package, in the same order.
  let origins: [PackageOrigin]
  /// Nil if the root is not the one that is published, or if nothing was published yet.
  package var published: Published?
  /// Whether to name every package that needs one, or only the first.
  var namesAll = false

  package init(
    root: String, packages: [PackageEntry], origins: [PackageOrigin], published: Published? = nil,
    namesAll: Bool = false
  ) {
    self.root = root
    self.packages = packages
    self.origins = origins
    self.published = published
    self.namesAll = namesAll
  }

  /// A package, the reason for it, and how its size compares with the published one.
  private struct Line {
    let package: PackageEntry
    let origin: PackageOrigin
    let pair: PackageDifferences.Pair
  }

  /// A table sorted by name. The columns that can be long come last.
  package func list(width: Int?) -> String {
    let rows = zip(packages, origins).map { package, origin in
      [
        package.package, package.version, Quantity.size(package.size), why(origin), package.license,
        package.use.joined(separator: " "),
      ]
    }
    return Table(["package", "version", "size", "why", "licence", "USE"], rows).text(width: width)
  }

  /// A table sorted by size, the largest first. Packages that are gone come at the end.
  package func sizes(width: Int?) -> String {
    let total = packages.reduce(0) { $0 + $1.size }
    var rows = lines.map { line in
      [line.package.package, line.package.version, Quantity.size(line.package.size), difference(line.pair)]
    }
    rows += gone.map { [$0.package, $0.version, "gone", Quantity.growth(-$0.size)] }
    let header = ["package", "version", "size", "difference"]
    guard let published else {
      return Table(([header] + rows + [["total", "", Quantity.size(total), ""]]).map { Array($0.prefix(3)) })
        .text(width: width)
    }
    rows.append(["total", "", Quantity.size(total), Quantity.growth(total - published.size, none: "none")])
    return Table(header, rows).text(width: width) + "difference to \(published.file)\n"
  }

  /// A table sorted by what the root would be spared without each package, the most first.
  package func costs(width: Int?) -> String {
    let rows = byCost.map { index, cost in
      [
        packages[index].package, packages[index].version, Quantity.size(packages[index].size),
        Quantity.size(cost.size), list(cost.others.map { packages[$0].package }) ?? "",
      ]
    }
    return Table(["package", "version", "size", "cost", "with"], rows).text(width: width)
  }

  /// The same as JSON.
  package var costsJSON: String {
    let list = byCost.map { index, cost -> JSON in
      let others = cost.others.map { JSON.string(packages[$0].package) }
      return packages[index].json + json(origins[index]) + [
        "cost": .integer(cost.size), "with": .array(others),
      ]
    }
    let object: JSON = ["version": 1, "root": .string(root), "packages": .array(list)]
    return object.pretty + "\n"
  }

  private var byCost: [(index: Int, cost: PackageCost)] {
    PackageCost.costs(of: packages, origins).enumerated().map { (index: $0, cost: $1) }
      .sorted { ($1.cost.size, packages[$0.index]) < ($0.cost.size, packages[$1.index]) }
  }

  package func json(bySize: Bool) -> String {
    let lines = bySize ? lines : zip(packages, origins).map { Line(package: $0, origin: $1, pair: .added($0)) }
    let list = lines.map { line -> JSON in
      let size: JSON = bySize && published != nil ? ["publishedSize": publishedSize(line.pair)] : [:]
      return line.package.json + size + json(line.origin)
    }
    var object: JSON = ["version": 1, "root": .string(root), "packages": .array(list)]
    if bySize {
      object = object + ["size": .integer(packages.reduce(0) { $0 + $1.size })]
      if let published {
        object =
          object + [
            "published": [
              "file": .string(published.file),
              "size": .integer(published.size),
              "removed": .array(gone.map(\.json)),
            ]
          ]
      }
    }
    return object.pretty + "\n"
  }

  // MARK: By size

  private var pairs: [PackageDifferences.Pair] {
    PackageDifferences(from: published?.packages ?? [], to: packages).pairs
  }

  private var lines: [Line] {
    let pairs = Dictionary(pairs.map { ($0.package, $0) }) { first, _ in first }
    return zip(packages, origins).map { package, origin in
      Line(package: package, origin: origin, pair: pairs[package] ?? .added(package))
    }.sorted { ($1.package.size, $0.package) < ($0.package.size, $1.package) }
  }

  private var gone: [PackageEntry] {
    pairs.compactMap { if case .removed(let package) = $0 { package } else { nil } }
      .sorted { ($1.size, $0) < ($0.size, $1) }
  }

  private func difference(_ pair: PackageDifferences.Pair) -> String {
    if case .added = pair { "new" } else { Quantity.growth(pair.growth) }
  }

  private func publishedSize(_ pair: PackageDifferences.Pair) -> JSON {
    if case .added = pair { .null } else { .integer(pair.oldSize) }
  }

  // MARK: Why

  private func why(_ origin: PackageOrigin) -> String {
    let reasons = [
      list(origin.listed), list(origin.neededBy).map { "needed by \($0)" },
      list(origin.neededToBuild).map { "to build \($0)" },
    ].compactMap(\.self)
    if namesAll, !reasons.isEmpty { return reasons.joined(separator: "; ") }
    return reasons.first ?? "nothing needs it"
  }

  private func list(_ names: [String]) -> String? {
    guard let first = names.first else { return nil }
    return namesAll ? names.joined(separator: ", ") : first + (names.count > 1 ? ", …" : "")
  }

  private func json(_ origin: PackageOrigin) -> JSON {
    let array = { (names: [String]) in JSON.array(names.map { .string($0) }) }
    return [
      "listed": array(origin.listed), "neededBy": array(origin.neededBy),
      "neededToBuild": array(origin.neededToBuild),
    ]
  }
}
