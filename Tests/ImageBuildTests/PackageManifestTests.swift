import Testing

@testable import ImageBuild
@testable import PortageFiles

struct PackageManifestTests {
  private func package(_ name: String, _ version: String, use: [String] = [], license: String = "MIT")
    -> InstalledPackage
  {
    InstalledPackage(
      id: PackageVersion(category: "sys-libs", name: name, version: version), slot: "0", use: use,
      license: license,
      buildID: "1", buildTime: "5", repository: "demo", key: nil)
  }

  @Test func textIsSortedAndStable() {
    let libcap = package("libcap", "2.70", use: ["pam", "tools"], license: "a \"b\"\\\n")
    let pam = package("pam", "1.5")
    let text = """
      {
        "version": 1,
        "packages": [
          {
            "name": "sys-libs/libcap",
            "version": "2.70",
            "slot": "0",
            "use": ["pam", "tools"],
            "size": 42,
            "license": "a \\"b\\"\\\\\\n",
            "repository": "demo"
          },
          {
            "name": "sys-libs/pam",
            "version": "1.5",
            "slot": "0",
            "use": [],
            "size": 42,
            "license": "MIT",
            "repository": "demo"
          }
        ]
      }

      """
    #expect(
      PackageManifest.text([pam, libcap].map { PackageEntry($0, size: 42, repository: $0.repository) }) == text)
    #expect(
      PackageManifest.text([libcap, pam].map { PackageEntry($0, size: 42, repository: $0.repository) }) == text)
    #expect(PackageManifest.text([]) == "{\n  \"version\": 1,\n  \"packages\": []\n}\n")
  }
}
