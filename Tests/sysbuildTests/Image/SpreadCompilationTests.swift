import Platform
import TestSupport
import Testing

/// Compilation by ccache and distcc, real ones, for a package that is written in C.
@Suite struct SpreadCompilationTests {
  private static let ebuild = """
    EAPI=8
    DESCRIPTION="Prints the square of its number of arguments"
    HOMEPAGE="https://wiki.gentoo.org/"
    S="${WORKDIR}"
    LICENSE="MIT"
    SLOT="0"
    KEYWORDS="amd64"

    src_compile() {
    	for part in main square; do
    		${CHOST}-gcc -O2 -c "${FILESDIR}/${part}.c" -o ${part}.o || die
    	done
    	${CHOST}-gcc main.o square.o -o squares || die
    	echo "jobs ${MAKEOPTS}"
    }

    src_install() {
    	dobin squares
    }

    """

  /// A tree with that package, and an edit that changes nothing in it, so that it is built again.
  private func tree() async throws -> ImageTree {
    let tree = try await ImageTree()
    let folder = "profiles/tiny/repository/app-misc/squares"
    try tree.write("\(folder)/squares-1.ebuild", Self.ebuild)
    try tree.write(
      "\(folder)/files/main.c", "int square(int);\nint main(int argc, char **argv) { return square(argc); }\n")
    try tree.write("\(folder)/files/square.c", "int square(int value) { return value * value; }\n")
    try tree.append("app-misc/squares", to: "sets/build.packages")
    return tree
  }

  private func program(_ tree: ImageTree) throws -> [UInt8] {
    try File.read(tree.build / "sysroot/usr/bin/squares")
  }

  private func buildAgain(_ tree: ImageTree, _ variables: [String]) throws -> String {
    try tree.append("# again", to: "profiles/tiny/repository/app-misc/squares/squares-1.ebuild")
    let result = try tree.sysbuild(variables + ["world"])
    #expect(result.status == 0 && result.output.contains("app-misc/squares-1"), "\(result.output)")
    return String(decoding: try File.read(tree.build / "logs/world/latest"), as: UTF8.self)
  }

  @Test("what is compiled by a ccache or on other machines is what this machine makes, and makes nothing stale")
  func sameBits() async throws {
    let tree = try await tree()
    #expect(try tree.sysbuild(["world"]).status == 0)
    let own = try program(tree)
    let folder = tree.folder / "compilers"
    try Directory.removeTree(folder)
    try Directory.create(folder)
    let distcc = try CompilerServer(tree, in: folder)
    let (ccache, hosts) = ("CCACHE=\(folder)/ccache", "DISTCC_HOSTS=127.0.0.1:\(distcc.port)/7")

    // Neither decides what is stale.
    #expect(try tree.sysbuild([ccache, hosts, "-q", "world"]).status == 0)
    let doctor = try tree.sysbuild([ccache, hosts, "doctor"])
    #expect(doctor.output.contains("'127.0.0.1:\(distcc.port)/7' compiles with GCC: ("), "\(doctor.output)")

    _ = try buildAgain(tree, [hosts])
    #expect(try program(tree) == own)
    #expect(try distcc.compiled() == ["main.c", "square.c"])

    _ = try buildAgain(tree, [ccache])
    #expect(try program(tree) == own)
    func statistics() throws -> String {
      try tree.run(["env", "CCACHE_DIR=\(folder)/ccache", "ccache", "--print-stats"])
    }
    #expect(try statistics().contains("cache_miss\t2\n"))
    let hits = try tree.sysbuild(["O=\(folder)/O", ccache, "world"])
    #expect(hits.status == 0, "\(hits.output)")
    let text = try statistics()
    #expect(text.contains("direct_cache_hit\t2\n") && text.contains("cache_miss\t2\n"), "\(text)")
    #expect(try File.read(folder / "O/sysroot/usr/bin/squares") == own)

    // Both: what ccache does not have goes to the other machines.
    try tree.edit(
      "profiles/tiny/repository/app-misc/squares/files/square.c", "value * value", "value * value + 0")
    _ = try buildAgain(tree, [ccache, hosts])
    #expect(try distcc.compiled() == ["main.c", "square.c", "square.c"])
  }

  @Test("a machine with another compiler is not used, and one that is gone is done without")
  func otherCompiler() async throws {
    let tree = try await tree()
    #expect(try tree.sysbuild(["world"]).status == 0)
    let folder = tree.folder / "compilers"
    try Directory.removeTree(folder)
    try Directory.create(folder)
    // As if it were one.
    try tree.run([
      "sh", "-c",
      """
      mkdir "$0/bin"
      for name in gcc g++; do
        printf '#!/bin/sh\\nexec /usr/bin/x86_64-linux-gnu-%s "$@" -O0\\n' $name >"$0/bin/x86_64-linux-gnu-$name"
        chmod 755 "$0/bin/x86_64-linux-gnu-$name"
      done
      """, "\(folder)",
    ])
    let other = try CompilerServer(tree, in: folder, path: "\(folder)/bin:/usr/bin:/bin")
    let hosts = "DISTCC_HOSTS=127.0.0.1:\(other.port)"
    #expect(try tree.sysbuild([hosts, "doctor"]).status == 2)
    try tree.append("# again", to: "profiles/tiny/repository/app-misc/squares/squares-1.ebuild")
    let refused = try tree.sysbuild([hosts, "world"])
    #expect(
      refused.status == 2 && refused.output.contains("of DISTCC_HOSTS compiles with other results"),
      "\(refused.output)")

    // As the recipe of the kernel does, which no emerge builds.
    let program = try Environment.executable().parent / "sysbuild"
    let asked = try tree.output([
      "env", hosts, "PATH=\(tree.build)/toolchain/bin:/usr/bin:/bin", "\(program)", "helper", "compilers",
      "x86_64-unknown-linux-gnu",
    ])
    #expect(asked.status == 2 && asked.output.contains("compiles with other results"), "\(asked.output)")

    other.stop()
    let alone = try tree.sysbuild([hosts, "world"])
    #expect(alone.status == 0 && alone.output.contains("its part is compiled here"), "\(alone.output)")
  }
}

/// distccd on the loopback.
private final class CompilerServer {
  let port: UInt16
  private let folder: Path
  private let tree: ImageTree

  /// - Parameters:
  ///   - folder: for its files; must exist.
  ///   - path: where it finds compilers.
  init(_ tree: ImageTree, in folder: Path, path: String = "/usr/bin:/bin") throws {
    port = try LoopbackSocket.freePort()
    self.folder = folder
    self.tree = tree
    // It is nobody when it writes there, and listens when its parent ends.
    try tree.run(["chmod", "777", "\(folder)"])
    try tree.run([
      "env", "PATH=\(path)", "distccd", "--daemon", "--port", "\(port)", "--listen", "127.0.0.1", "--allow",
      "127.0.0.1",
      "--log-file", "\(folder)/distccd.log", "--log-level", "info", "--pid-file", "\(folder)/distccd.pid",
      "--enable-tcp-insecure", "--user", "nobody",
    ])
  }

  /// The names of the source files that it has compiled, but for those of questions, in the order of the names.
  func compiled() throws -> [String] {
    String(decoding: try File.read(folder / "distccd.log"), as: UTF8.self)
      .matches(of: /COMPILE_OK.* (\S+\.c)\b/).map { String($0.1.split(separator: "/").last ?? "") }.sorted()
  }

  func stop() {
    _ = try? tree.run([
      "sh", "-c",
      "test -e \"$0/distccd.pid\" || exit 0; pid=$(cat \"$0/distccd.pid\") && kill $pid && while kill -0 $pid 2>&-; do sleep 0.05; done",
      "\(folder)",
    ])
  }

  deinit { stop() }
}
