/// Security advisories in the form of Gentoo's (GLSA).
enum Advisory {
  static func text(_ id: String, _ package: String, fixedIn version: String, arch: String = "*") -> String {
    """
    <?xml version="1.0" encoding="UTF-8"?>
    <!DOCTYPE glsa SYSTEM "http://www.gentoo.org/dtd/glsa.dtd">
    <glsa id="\(id)">
      <title>\(package): Arbitrary code execution</title>
      <synopsis>A flaw.</synopsis>
      <product type="ebuild">it</product>
      <announced>2026-11-02</announced>
      <revised count="1">2026-11-02</revised>
      <access>remote</access>
      <affected>
        <package name="\(package)" auto="yes" arch="\(arch)">
          <unaffected range="ge">\(version)</unaffected>
          <vulnerable range="lt">\(version)</vulnerable>
        </package>
      </affected>
      <description><p>A flaw.</p></description>
      <impact type="high"><p>Code runs.</p></impact>
      <workaround><p>None.</p></workaround>
      <resolution><p>Update.</p></resolution>
      <references></references>
    </glsa>

    """
  }
}
