import Platform
import Testing

private let repository = "profiles/tiny/repository"

/// Packages that are merged without the programs that would have no effect, against Portage as it is.
@Suite struct MergeTests {
  @Test("hosts/emerge makes the same root file system as Portage's emerge")
  func sameAsPortage() async throws {
    let tree = try await ImageTree()
    // With one, nothing is left out.
    try File.remove(tree.source / "profiles/tiny/target/etc/portage/bashrc")
    try tree.append("FEATURES=\"${FEATURES} sfperms\"", to: "profiles/tiny/target/etc/portage/make.conf")
    try tree.append("INSTALL_MASK=\"/usr/share/masked *.la\"", to: "profiles/tiny/variant.conf")
    try tree.addPackage(
      "privileged",
      install: """
        local mode
        for mode in 4755 2755 6755 0755; do
        \techo ${mode} >mode-${mode} && exeinto /usr/bin && doexe mode-${mode} && fperms ${mode} /usr/bin/mode-${mode} || die
        done
        """)
    try tree.addPackage(
      "masked",
      install: """
        insinto /usr/share/masked && newins - file <<<masked
        insinto /usr/share/here && newins - file.la <<<masked && newins - file <<<here
        dosym file /usr/share/here/link && keepdir /var/spool/here
        """)
    // Each of the phases, with what it can see.
    try tree.addPackage(
      "phases", install: "insinto /usr/share/phases && newins - file <<<file",
      """
      pkg_setup() { mkdir -p "${EROOT}"/phases && echo "${MERGE_TYPE} ${USE}" >"${EROOT}"/phases/setup || die; }
      pkg_preinst() { ls -A "${ED}"/usr/share >"${EROOT}"/phases/preinst && rm "${ED}"/usr/share/phases/file || die; }
      pkg_postinst() { ls -A "${EROOT}"/usr/share/phases >"${EROOT}"/phases/postinst || die; }
      """)
    try tree.addPackage(
      "postinst-only", install: "insinto /usr/share/postinst-only && newins - file <<<file",
      "pkg_postinst() { chmod 0600 \"${EROOT}\"/usr/share/postinst-only/file || die; }")
    // Code of the configuration for one package, which defines no phase.
    try tree.addPackage("hooked", install: "insinto /usr/share/hooked && newins - file <<<file")
    try tree.write(
      "profiles/tiny/target/etc/portage/env/app-misc/hooked",
      "post_pkg_postinst() { echo hooked >\"${EROOT}\"/usr/share/hooked/by-hook || die; }\n")
    let build = try tree.sysbuild(["image"])
    try #require(build.status == 0, "\(build.output)")
    let content = try tree.contentOfRoot()
    for line in [
      "f 4711 ./usr/bin/mode-4755", "f 2751 ./usr/bin/mode-2755", "f 6751 ./usr/bin/mode-6755",
      "f 755 ./usr/bin/mode-0755",
      "f 600 ./usr/share/postinst-only/file", "f 644 ./phases/setup", "d 755 ./var/spool/here",
      "f 644 ./usr/share/hooked/by-hook",
    ] {
      #expect(content.contains(line), "\(line): \(content)")
    }

    let plain = "#!/usr/bin/env python3\nimport os, sys\nos.execvp('emerge', sys.argv)\n"
    try tree.write("hosts/emerge", plain)
    let byPortage = try tree.sysbuild(["image"])
    try #require(byPortage.status == 0, "\(byPortage.output)")
    #expect(ImageTree.ran(byPortage.output).contains("rootfs"), "\(byPortage.output)")
    let difference = try tree.contentOfRoot().split(separator: "\n").difference(
      from: content.split(separator: "\n"))
    #expect(difference.isEmpty, "\(difference)")
  }
}

extension ImageTree {
  /// Adds a package to the image.
  func addPackage(_ name: String, install: String, _ functions: String = "") throws {
    try write(
      "\(repository)/app-misc/\(name)/\(name)-1.ebuild",
      """
      EAPI=8
      DESCRIPTION="A package"
      HOMEPAGE="https://wiki.gentoo.org/"
      S="${WORKDIR}"
      LICENSE="MIT"
      SLOT="0"
      KEYWORDS="amd64"
      src_install() {
      \(install)
      }
      \(functions)

      """)
    for set in ["build", "install"] { try append("app-misc/\(name)", to: "sets/tiny/\(set).packages") }
  }

  /// A line for each path of the root file system with type, mode and name, and its content or target. What Portage notes
  /// of its own has times in it.
  func contentOfRoot() throws -> String {
    try run([
      "sh", "-c",
      "cd \(build)/rootfs && find . -path ./var/cache/edb -prune -o -printf '%y %m %p %l\\n'"
        + " \\( -path './var/db/*' -o -type f -exec sha256sum {} + \\) | LC_ALL=C sort",
    ])
  }
}
