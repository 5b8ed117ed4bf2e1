import Glibc
import Platform
import Stamps
import TestSupport
import Testing

@testable import ImageBuild
@testable import PortageFiles

/// A hook. Every file that it may source prints its own name, so that the output tells which files bash has read.
struct Hook: CustomTestStringConvertible, Sendable {
  let testDescription: String
  let script: String
  /// Whether the files that it reads follow from its text exactly.
  let isExact: Bool
  /// Where it is, below the tree.
  var place = "root/etc/portage/bashrc"

  init(_ script: String, exact: Bool = true, at place: String = "root/etc/portage/bashrc") {
    testDescription = script.replacing("\n", with: "; ")
    self.script = script
    isExact = exact
    self.place = place
  }
}

private let profile = "repository/profiles/base/profile.bashrc"

private let hooks = [
  Hook(": nothing"),
  Hook("source ${PORTAGE_CONFIGROOT}/etc/portage/common.sh"),
  Hook(". \"${PORTAGE_CONFIGROOT%/}/etc/portage/common.sh\" || die"),
  Hook(
    "[[ -f \"$PORTAGE_CONFIGROOT/etc/portage/common.sh\" ]] && source \\\n  \"$PORTAGE_CONFIGROOT/etc/portage/common.sh\""
  ),
  Hook("D=${PORTAGE_CONFIGROOT}/etc/portage\nf() { local x=$D/common.sh; . $x; }\nf"),
  Hook("source \"${BASH_SOURCE[0]%/*}/common.sh\""),
  Hook("here=$(dirname \"${BASH_SOURCE[0]}\")\nsource \"$here\"/common.sh # it's there"),
  Hook("echo \"it's\"; source \"${BASH_SOURCE%/*}\"/common.sh"),
  Hook("for f in ${PORTAGE_CONFIGROOT}/etc/portage/hooks.d/*.sh; do source \"$f\"; done"),
  Hook("files=( ${PORTAGE_CONFIGROOT}/etc/portage/hooks.d/{a,b}.sh )\nfor f in \"${files[@]}\"; do . $f; done"),
  Hook("x=${PORTAGE_CONFIGROOT}/etc/portage/named/${CATEGORY}/${PN}; [ -r $x ] && . $x"),
  Hook(
    "d=${PORTAGE_CONFIGROOT}/etc/portage/named\nfor x in $PN $PN-$PV; do x=$d/$CATEGORY/$x; [[ -f $x ]] && . \"$x\"; done"
  ),
  Hook("F=$(cat ${PORTAGE_CONFIGROOT}/etc/portage/hooks.d/a.sh)\necho \"$F\""),
  Hook("while read -r l; do echo \"$l\"; done < ${PORTAGE_CONFIGROOT}/etc/portage/hooks.d/a.sh"),
  Hook("source ${MINE}/common.sh"),
  Hook("bash -c \"source ${PORTAGE_CONFIGROOT}/etc/portage/common.sh\""),
  Hook("cat <<X\nit's\nX\nsource ${PORTAGE_CONFIGROOT}/etc/portage/common.sh"),
  Hook("source ${PORTAGE_CONFIGROOT}/etc/portage/links/there.sh"),
  // Their text names no file exactly, so that all files of a folder count.
  Hook(
    "for f in a b; do f=${PORTAGE_CONFIGROOT}/etc/portage/hooks.d/$f.sh; [[ -e $f ]] && . \"$f\"; done",
    exact: false),
  Hook(": ${WHERE:=${PORTAGE_CONFIGROOT}/etc/portage}\nsource $WHERE/common.sh", exact: false),
  Hook("source ${BASH_SOURCE%/*}/${UNSET:-x}.bashrc", exact: false, at: profile),
  Hook("cd \"${PORTAGE_CONFIGROOT}/etc/portage\"\nx=common; source ./${x}.sh", exact: false),
  Hook("eval \". \\${PORTAGE_CONFIGROOT}/etc/portage/com\"mon.sh", exact: false),
  Hook("read -r x <<<${PORTAGE_CONFIGROOT}/etc/portage/common.sh; source $x", exact: false),
  Hook("f() { source \"$1\"; }\nf \"${PORTAGE_CONFIGROOT}etc/portage/common.sh\"", exact: false),
  Hook("printf -v x %s ${PORTAGE_CONFIGROOT}/etc/portage/common.sh; . \"$x\"", exact: false),
  Hook("p() { local -n r=$1; r=${PORTAGE_CONFIGROOT}/etc/portage/common.sh; }\np x\n. $x", exact: false),
  Hook("source \"${BASH_SOURCE[0]}.more\"", at: profile),
  Hook("source \"${BASH_SOURCE[0]%/*}/../../hooks/$CATEGORY/$PN\"", at: profile),
  Hook(
    "T=\"REPOSITORY/hooks\"\nfor c in ${PN} ${P}; do c=$T/$CATEGORY/$c; [[ -f $c ]] && . $c; done", at: profile),
]

@Suite struct BashReadsTests {
  private static let files = [
    "root/etc/portage/common.sh", "root/etc/portage/hooks.d/a.sh", "root/etc/portage/hooks.d/b.sh",
    "root/etc/portage/named/sys-libs/pam", "root/etc/portage/named/sys-libs/pam-1.5",
    "root/etc/portage/named/app-misc/leaf", "root/etc/portage/README", "far/deep.sh", "far/there.sh",
    "repository/profiles/base/profile.bashrc.more", "repository/profiles/base/x.bashrc",
    "repository/hooks/sys-libs/pam", "repository/hooks/sys-libs/pam-1.5", "repository/hooks/app-misc/leaf",
  ]

  private let tree: TestTree

  init() throws {
    tree = try TestTree([
      "root/etc/portage/make.profile": "-> ../../../repository/profiles/base",
      "root/etc/portage/make.conf": "MINE=\"TREE/root/etc/portage\"\n",
      "root/etc/portage/links": "-> ../../../far", "repository/profiles/repo_name": "r\n",
      "repository/profiles/base/eapi": "8\n",
    ])
    for file in Self.files {
      // Each sources the next one, as a hook that is split up would.
      let more = file.hasSuffix("common.sh") ? "source ${PORTAGE_CONFIGROOT}/../far/deep.sh\n" : ""
      try tree.write(file, "echo \"<\(file)>\"\n\(more)")
    }
    try tree.write("root/etc/portage/make.conf", "MINE=\"\(tree.path)/root/etc/portage\"\n")
  }

  /// The files that bash has read.
  private func read(_ place: String, for build: PackageBuild) throws -> [String] {
    let variables = [
      "CATEGORY=\(build.category)", "PN=\(build.name)", "PV=\(build.version)",
      "P=\(build.name)-\(build.version)",
      "PF=\(build.name)-\(build.version)", "PORTAGE_CONFIGROOT=\(tree.path)/root/",
      "MINE=\(tree.path)/root/etc/portage", "PATH=/usr/bin:/bin",
    ]
    let output = try FileDescriptor.open(tree.path / "output", O_WRONLY | O_CREAT | O_TRUNC)
    let words = ["/bin/bash", "-c", "source \"\(tree.path / place)\""]
    _ = try ChildProcess(
      program: "/bin/bash", arguments: words.map { Array($0.utf8) },
      environment: variables.map { Array($0.utf8) },
      output: output.raw, error: output.raw
    ).reap()
    let text = String(decoding: try File.read(tree.path / "output"), as: UTF8.self)
    return Self.files.filter { text.contains("<\($0)>") }
  }

  /// The files whose content counts for a package.
  private func ingredients(of build: PackageBuild) throws -> Set<String> {
    let reading = try ConfigurationRoot(
      path: tree.path / "root", sourceTree: tree.path, repositories: ["r": tree.path / "repository"]
    ).read()
    let places = PackageConfiguration(reading).entries(for: build).compactMap(\.place)
    // A file may be reached by several names.
    let reader = try SourceReader(sourceTree: tree.path)
    return Set(try places.map { reader.name(of: try reader.realPath(tree.path / Path($0))) })
  }

  @Test("what bash reads is an ingredient", arguments: hooks) func hook(_ hook: Hook) throws {
    try tree.write(hook.place, hook.script.replacing("REPOSITORY", with: "\(tree.path)/repository") + "\n")
    var anything = false
    for (category, name, version) in [("sys-libs", "pam", "1.5"), ("app-misc", "leaf", "2")] {
      let build = PackageBuild(
        id: PackageVersion(category: category, name: name, version: version), slot: "0", repository: "r",
        time: 0)
      let read = try read(hook.place, for: build)
      anything = anything || !read.isEmpty
      let ingredients = try ingredients(of: build)
      #expect(ingredients.isSuperset(of: read), "\(Set(read).subtracting(ingredients))")
      if hook.isExact {
        // Other versions of the package may be among them.
        let others = ingredients.intersection(Self.files).subtracting(read).filter { !$0.contains("/\(name)") }
        #expect(others.isEmpty)
      } else {
        let bystander = hook.place == profile ? "\(profile).more" : "root/etc/portage/README"
        #expect(ingredients.contains(bystander))
      }
    }
    #expect(anything || hook.script == ": nothing")
  }
}
