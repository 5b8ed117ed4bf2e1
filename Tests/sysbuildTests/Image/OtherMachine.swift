import Platform

/// Another checkout of an `ImageTree`, with an O of its own, in which nothing has been built.
struct OtherMachine {
  let folder: Path
  private let tree: ImageTree
  private let cache: String
  private let variant: String

  /// - Parameter variant: one that only builds on `tiny`, if it is another.
  init(_ tree: ImageTree, _ name: String, cache: String, variant: String = "tiny") throws {
    folder = tree.folder / Path(name)
    self.tree = tree
    self.cache = cache
    self.variant = variant
    try Directory.removeTree(folder)
    try Directory.create(folder)
    try tree.run(["cp", "-a", "\(tree.source)", "\(folder)/checkout"])
    if variant == "tiny" { return }
    let profile = folder / "checkout/profiles" / Path(variant)
    try Directory.create(profile)
    try File.write(Array("BASE=tiny\n".utf8), to: profile / "variant.conf")
  }

  /// - Parameter launcher: what starts it.
  func sysbuild(
    _ arguments: [String], by launcher: [String] = []
  ) throws -> (status: Int32, output: String) {
    try tree.sysbuild(
      [
        "-C", "\(folder)/checkout", "O=\(folder)/out", "IMAGESDIR=\(folder)/published", "CACHE=\(cache)",
        "VARIANT=\(variant)",
      ] + arguments, by: launcher)
  }

  var sums: [UInt8] { (try? File.read(folder / "published/SHA256SUMS")) ?? [] }

  func log(_ target: String) throws -> String {
    String(decoding: try File.read(folder / "out/logs" / Path(target) / "latest"), as: UTF8.self)
  }

  /// The packages that emerge has built, each time it did, in order.
  func built() throws -> [String] {
    let log = String(decoding: try File.read(folder / "out/portage-logs/emerge.log"), as: UTF8.self)
    return log.matches(of: /=== \(\d+ of \d+\) Compiling\/Packaging \(([^:]+)::/).map { String($0.1) }
  }
}
