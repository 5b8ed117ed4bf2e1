import Platform
import Testing
import TextKit

/// `audit`: held against Portage's own look at the image, and, where it is installed, with cve-bin-tool.
@Suite struct AuditTests {
  private static let repository = "profiles/tiny/repository"
  private static let exceptions = "profiles/tiny/audit.exceptions"

  /// A tree with advisories: one that the repository mends, one that it does not, one about a version that the image is
  /// past, one about a package that it does not have, and one for other machines.
  private func tree() async throws -> ImageTree {
    let tree = try await ImageTree()
    for (number, package, version, arch) in [
      ("01", "sys-libs/pam", "1.5.3", "*"), ("02", "sys-apps/util-linux", "2.39", "*"),
      ("03", "sys-libs/glibc", "2.30", "*"), ("04", "app-misc/extra", "2", "*"),
      ("05", "sys-libs/libcap", "2.70", "no-such-arch"),
    ] {
      let id = "202611-\(number)"
      try tree.write(
        "\(Self.repository)/metadata/glsa/glsa-\(id).xml",
        Advisory.text(id, package, fixedIn: version, arch: arch))
    }
    let pam = "\(Self.repository)/sys-libs/pam/pam"
    for version in ["1.5.3", "1.5.4"] {
      try tree.write("\(pam)-\(version).ebuild", try tree.read("\(pam)-1.5.2.ebuild"))
    }
    return tree
  }

  private func json(_ tree: ImageTree, _ words: String..., by launcher: [String] = []) throws -> JSON {
    let result = try tree.sysbuild(["audit", "--json"] + words, by: launcher)
    #expect(result.status == 1)
    return try #require(JSONReader.value(of: result.output.utf8), "\(result.output)")
  }

  private func texts(_ json: JSON, _ group: String, _ members: String...) -> [String] {
    (json[group]?.elements ?? []).map { entry in
      members.map { entry[$0]?.text ?? "null" }.joined(separator: " ")
    }
  }

  @Test("the advisories are those that Portage finds for the image, each with the version that mends it")
  func advisories() async throws {
    let tree = try await tree()
    let answer = try json(tree)
    let program = """
      import glob, os, sys
      os.environ["ROOT"] = sys.argv[1]
      import portage
      from portage.glsa import Glsa
      trees = portage.db[portage.settings["EROOT"]]
      installed, ebuilds = trees["vartree"].dbapi, trees["porttree"].dbapi
      for file in sorted(glob.glob(sys.argv[2])):
          advisory = Glsa(file, portage.settings, installed, ebuilds)
          if advisory.isVulnerable():
              for package, update in advisory.getAffectionTable():
                  mended = update.version if update else "null"
                  print("GLSA-" + os.path.basename(file)[5:-4], package.cp, package.version, mended, advisory.impact_type)
      """
    let portage = try tree.sysbuild([
      "-s", "shell", "world", "--", "portage-python", "-c", program, "\(tree.build / "rootfs")",
      "\(tree.source / Self.repository)/metadata/glsa/*.xml",
    ])
    #expect(portage.status == 0, "\(portage.output)")
    let expected = portage.output.split(separator: "\n").map(String.init)
    #expect(expected.count == 2 && expected[0] == "GLSA-202611-01 sys-libs/pam 1.5.2 1.5.3 high", "\(expected)")
    #expect(texts(answer, "open", "id", "package", "version", "fixed", "severity") == expected)
    #expect(
      texts(answer, "open", "url") == ["01", "02"].map { "https://security.gentoo.org/glsa/202611-\($0)" })
    #expect(answer["tool"] == .null && answer["repositories"]?.elements == ["tiny"])

    // An advisory that cannot be read may be about anything.
    try tree.run(["sh", "-c", "rm \(tree.source / Self.repository)/metadata/glsa/glsa-*-0[124].xml"])
    let clean = try tree.sysbuild(["audit"])
    #expect(
      clean == (0, "none open: GLSAs of tiny, no tool for CVEs (grype, cve-bin-tool, AUDIT_TOOL)\n"))
    try tree.write("\(Self.repository)/metadata/glsa/glsa-202611-06.xml", "\"sys-libs/pam\"\n")
    let unreadable = try tree.sysbuild(["audit"])
    #expect(
      unreadable.status == 1
        && unreadable.output.contains("the advisory tiny:metadata/glsa/glsa-202611-06.xml cannot be read\n"))
    try tree.run(["rm", "-r", "\(tree.source / Self.repository)/metadata/glsa"])
    let nothing = try tree.sysbuild(["audit"])
    #expect(nothing.status == 2 && nothing.output.contains("no repository has advisories in metadata/glsa"))
  }

  @Test("an exception counts until its day, and one that has no effect is named")
  func exceptions() async throws {
    let tree = try await tree()
    try tree.write(
      Self.exceptions,
      """
      # What is known.
      GLSA-202611-01 2001-01-01 overridden below
      GLSA-202611-03 2200-12-31 long mended
      CVE-2026-1111  2200-12-31 nobody has looked
      GLSA-202611-02 2001-01-01 next week  # surely
      GLSA-202611-01 2200-12-31 nobody logs in

      """)
    let warnings = [
      "\(Self.exceptions):3: GLSA-202611-03 concerns nothing in the image any more: remove the line",
      "\(Self.exceptions):5: GLSA-202611-02 was accepted until 2001-01-01 only (next week): mend it, or write a later day",
    ]
    let answer = try json(tree)
    #expect(texts(answer, "open", "id") == ["GLSA-202611-02"])
    #expect(
      texts(answer, "accepted", "id", "until", "reason", "place")
        == ["GLSA-202611-01 2200-12-31 nobody logs in \(Self.exceptions):6"])
    #expect(answer["warnings"]?.elements.compactMap(\.text) == warnings)
    let text = try tree.sysbuild(["audit"])
    #expect(text.status == 1)
    for line in warnings { #expect(text.output.contains("sysbuild: \(line)\n"), "\(text.output)") }
    #expect(text.output.contains("\n1 open, 1 accepted: GLSAs of tiny, no tool"), "\(text.output)")

    // The last day itself counts.
    let today = try tree.run(["date", "-u", "+%F"]).prefix { $0 != "\n" }
    try tree.write(Self.exceptions, "GLSA-202611-01 \(today) x\nGLSA-202611-02 \(today) y\n")
    #expect(try tree.sysbuild(["audit"]).status == 0)
    // Nor is any of this an input of the image.
    try tree.run(["rm", "-r", "\(tree.source / Self.repository)/metadata/glsa"])
    for name in ["1.5.3", "1.5.4"] {
      try File.remove(tree.source / "\(Self.repository)/sys-libs/pam/pam-\(name).ebuild")
    }
    #expect(try tree.sysbuild(["-q"]).status == 0)
  }

  @Test(
    "a line that is no exception is an error with its place and what to do",
    arguments: [
      ("GLSA-2026-1 2200-12-31 x", "'GLSA-2026-1' is neither an advisory, such as GLSA-202611-01, nor a CVE"),
      (
        "CVE-2026-1234",
        "the date is missing: write the last day on which CVE-2026-1234 is accepted, such as 2026-12-31"
      ),
      ("CVE-2026-1234 2026-02-30 x", "'2026-02-30' is no date: write the last day"),
      ("CVE-2026-1234 31.12.2026 x", "'31.12.2026' is no date: write the last day"),
      (
        "CVE-2026-1234 2026-12-31 # x",
        "the reason is missing: write behind the date why CVE-2026-1234 is accepted"
      ),
    ])
  func malformed(_ line: String, _ message: String) async throws {
    let tree = try await ImageTree()
    try tree.write(Self.exceptions, "\n\(line)\n")
    let result = try tree.sysbuild(["audit"])
    #expect(
      result.status == 2 && result.output.hasPrefix("sysbuild: \(Self.exceptions):2: \(message)"),
      "\(result.output)")
  }

  @Test("a tool gets the bill of materials, and its CycloneDX is part of the answer")
  func tool() async throws {
    let tree = try await ImageTree()
    // It knows a package by its URL, the kernel by its CPE, and one that has been looked at.
    try tree.write(
      "scan",
      """
      import json, sys
      parts = json.load(open(sys.argv[1]))["components"]
      hits = [part for part in parts if "/pam@1.5.2" in part.get("purl", "") or ":linux_kernel:6.1.176:" in part.get("cpe", "")]
      found = [{"id": f"CVE-2026-{number}000", "description": "A flaw.", "ratings": [{"score": 9}, {"severity": "high"}],
                "affects": [{"ref": hit["bom-ref"]}]} for number, hit in enumerate(hits, 1)]
      found.append({"id": "CVE-2026-9999", "analysis": {"state": "not_affected"}, "affects": [{"ref": hits[0]["bom-ref"]}]})
      json.dump({"bomFormat": "CycloneDX", "specVersion": "1.6", "vulnerabilities": found}, sys.stdout)
      sys.exit(1)

      """)
    try tree.append("# Linux version 6.1.176 x", to: "profiles/tiny/kernel.config")
    #expect(try tree.sysbuild(["image"]).status == 0)
    let answer = try json(tree, "AUDIT_TOOL=python3 scan")
    #expect(
      texts(answer, "open", "id", "package", "version", "severity", "url", "title") == [
        "CVE-2026-1000 linux 6.1.176 high https://nvd.nist.gov/vuln/detail/CVE-2026-1000 A flaw.",
        "CVE-2026-2000 sys-libs/pam 1.5.2 high https://nvd.nist.gov/vuln/detail/CVE-2026-2000 A flaw.",
      ])
    #expect(answer["tool"] == "python3")
    try tree.write(
      Self.exceptions, "CVE-2026-1000 2200-12-31 x\nCVE-2026-2000 2200-12-31 x\nCVE-2026-3000 2200-12-31 x\n")
    let clean = try tree.sysbuild(["audit", "AUDIT_TOOL=python3 scan"])
    #expect(
      clean
        == (
          0,
          "sysbuild: \(Self.exceptions):3: CVE-2026-3000 concerns nothing in the image any more: remove the line\n"
            + "none open, 2 accepted: no repository has GLSAs (metadata/glsa), CVEs by python3\n"
        ), "\(clean.output)")
    for tool in ["no-such-program", "sh -c 'echo no database >&2; exit 3'", "echo"] {
      let failed = try tree.sysbuild(["audit", "AUDIT_TOOL=\(tool)"])
      #expect(
        failed.status == 2 && failed.output.contains("gives no list of vulnerabilities; it ended with"),
        "\(tool): \(failed.output)")
    }
  }

  @Test("cve-bin-tool finds packages and the kernel by the bill of materials")
  func realTool() async throws {
    guard let folder = Environment.value("SBOM_VALIDATORS").map({ Path(bytes: $0) }),
      File.exists(folder / "cve-bin-tool")
    else { return }
    let tree = try await ImageTree()
    try tree.append("# Linux version 6.1.176 x", to: "profiles/tiny/kernel.config")
    #expect(try tree.sysbuild(["image"]).status == 0)
    let home = tree.folder / "home"
    try Directory.removeTree(home)
    defer { try? Directory.removeTree(home) }
    // Its database, as it would be downloaded.
    let program = """
      import sqlite3, sys
      from pathlib import Path
      from cve_bin_tool.cvedb import CVEDB, DBNAME
      folder = Path(sys.argv[1]) / ".cache/cve-bin-tool"
      folder.mkdir(parents=True)
      database = sqlite3.connect(folder / DBNAME)
      for table in CVEDB.TABLE_SCHEMAS.values():
          database.execute(table)
      for name, vendor, product, end in (
              ("CVE-2026-1001", "linux-pam", "pam", "1.5.3"), ("CVE-2026-1002", "linux", "linux_kernel", "6.2"),
              ("CVE-2026-1003", "gnu", "glibc", "2.30")):
          database.execute("INSERT INTO cve_severity VALUES (?, 'HIGH', 'A flaw.', 8, 3, '', 'NVD', '')", (name,))
          database.execute(
              "INSERT INTO cve_range VALUES (?, ?, ?, '*', '', '', '', ?, 'NVD')", (name, vendor, product, end))
      database.commit()
      """
    try tree.run(["env", "HOME=\(home)", "\(folder / "python")", "-c", program, "\(home)"])
    let answer = try json(tree, by: ["env", "HOME=\(home)", "PATH=\(folder):/usr/bin:/bin"])
    #expect(
      texts(answer, "open", "id", "package", "version", "severity", "title").sorted() == [
        "CVE-2026-1001 sys-libs/pam 1.5.2 high A flaw.", "CVE-2026-1002 linux 6.1.176 high A flaw.",
      ])
    #expect(answer["tool"] == "cve-bin-tool")
  }
}
