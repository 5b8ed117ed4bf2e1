import Platform
import TextKit

/// `helper sbom NAME O [--initramfs] [--boot-stub FILE] [--overlay FOLDER…] [--kernel-config FILE…]`: writes bills of
/// materials of the image in O beside it. NAME is that of the variant.
enum BillsOfMaterials {
  private static let options = ["--initramfs", "--boot-stub", "--overlay", "--kernel-config"]

  static func run(_ arguments: [String]) throws {
    let words = Helper.words(arguments)
    guard let places = words[""], places.count == 2,
      Set(words.keys).isSubset(of: Self.options + [""])
    else {
      throw UserError.helperUsage(
        "sbom NAME O [--initramfs] [--boot-stub FILE] [--overlay FOLDER…] [--kernel-config FILE…]")
    }
    let build = Path(places[1])
    let bill = try ImageSurvey(
      name: places[0], build: build, hasInitramfs: words["--initramfs"] != nil,
      bootStub: words["--boot-stub"]?.first.map { Path($0) },
      overlays: words["--overlay"] ?? [],
      kernelConfiguration: words["--kernel-config"] ?? []
    ).billOfMaterials()
    for (name, text) in [("spdx", SPDXDocument(bill).text), ("cdx", CycloneDXDocument(bill).text)] {
      try AtomicFile.write(Array(text.utf8), to: build / "sbom.\(name).json", durable: false)
    }
  }
}
