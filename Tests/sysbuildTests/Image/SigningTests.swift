import Platform
import Testing

/// Signatures of published images: real keys of OpenSSH and GnuPG, checked by their own programs.
@Suite struct SigningTests {
  /// A folder for keys, outside the source tree.
  private func keys(_ tree: ImageTree) throws -> Path {
    let folder = tree.folder / "keys"
    try Directory.removeTree(folder)
    try Directory.create(folder)
    try tree.run(["chmod", "700", "\(folder)"])
    return folder
  }

  private func makeKey(_ file: Path, passphrase: String = "", _ tree: ImageTree) throws {
    try tree.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", passphrase, "-C", "", "-f", "\(file)"])
  }

  private func verify(_ key: Path, _ tree: ImageTree) throws -> Int32 {
    try tree.output([
      "sh", "-c",
      """
      cd "$1" && sha256sum --check --quiet SHA256SUMS &&
        { printf 'release@example.org '; cat "$2.pub"; } >"$2.allowed" &&
        ssh-keygen -Y verify -f "$2.allowed" -I release@example.org -n file -s SHA256SUMS.sig <SHA256SUMS
      """, "sh", "\(tree.images)", "\(key)",
    ]).status
  }

  /// What a change of the signature changes.
  private func state(_ name: String, _ tree: ImageTree) throws -> String {
    try tree.run(["stat", "-c", "%i %Z %Y %s", "\(tree.images)/\(name)"])
  }

  @Test("SHA256SUMS is signed by a key of OpenSSH, once, and again by another key without building anything")
  func openSSH() async throws {
    let tree = try await ImageTree()
    let folder = try keys(tree)
    defer { try? Directory.removeTree(folder) }
    for name in ["first", "second"] { try makeKey(folder / Path(name), tree) }
    let sums = try File.read(tree.images / "SHA256SUMS")
    let first = try tree.sysbuild(["image", "SIGNING_KEY=\(folder)/first"])
    #expect(first.status == 0 && ImageTree.ran(first.output) == ["image"], "\(first.output)")
    #expect(try verify(folder / "first", tree) == 0)
    #expect(try verify(folder / "second", tree) != 0)
    #expect(try File.read(tree.images / "SHA256SUMS") == sums)

    let before = try state("SHA256SUMS.sig", tree)
    #expect(try tree.sysbuild(["image", "SIGNING_KEY=\(folder)/first"]).output == "image: up to date\n")
    // The same key elsewhere.
    try tree.run(["mkdir", "\(folder)/other"])
    try tree.run(["cp", "\(folder)/first", "\(folder)/first.pub", "\(folder)/other"])
    #expect(try tree.sysbuild(["image", "SIGNING_KEY=\(folder)/other/first"]).output == "image: up to date\n")
    #expect(try state("SHA256SUMS.sig", tree) == before)

    let published = try state("rootfs.squashfs", tree)
    let preview = try tree.sysbuild(["-n", "SIGNING_KEY=\(folder)/second"])
    #expect(preview.output.contains("variable SIGNING_IDENTITY: "), "\(preview.output)")
    let second = try tree.sysbuild(["image", "SIGNING_KEY=\(folder)/second"])
    #expect(second.status == 0 && ImageTree.ran(second.output) == ["image"], "\(second.output)")
    #expect(try verify(folder / "second", tree) == 0)
    #expect(try verify(folder / "first", tree) != 0)
    #expect(try state("rootfs.squashfs", tree) == published)

    // No stamp and no log has anything of the private key.
    let secret = String(decoding: try File.read(folder / "second"), as: UTF8.self).split(separator: "\n")[1]
    #expect(try tree.output(["grep", "-rqF", "\(secret)", "\(tree.build)", "\(tree.images)"]).status == 1)

    // What was signed is not what is there any more.
    try tree.append("CONFIG_MORE=y", to: "profiles/tiny/kernel.config")
    #expect(try tree.sysbuild(["image"]).status == 0)
    #expect(!File.exists(tree.images / "SHA256SUMS.sig"))
  }

  @Test("a key with a passphrase signs if an agent has it")
  func agent() async throws {
    let tree = try await ImageTree()
    let folder = try keys(tree)
    defer { try? Directory.removeTree(folder) }
    try makeKey(folder / "key", passphrase: "secret", tree)
    let script = """
      printf '#!/bin/sh\\necho secret\\n' >"$0/askpass" && chmod +x "$0/askpass" &&
        SSH_ASKPASS="$0/askpass" SSH_ASKPASS_REQUIRE=force ssh-add -q "$0/key" && exec "$@"
      """
    for key in ["key.pub", "key"] {
      try tree.run(["rm", "-f", "\(tree.images)/SHA256SUMS.sig"])
      let build = try tree.sysbuild(
        ["image", "SIGNING_KEY=\(folder)/\(key)"], by: ["ssh-agent", "sh", "-c", script, "\(folder)"])
      #expect(build.status == 0, "\(build.output)")
      #expect(try verify(folder / "key", tree) == 0)
    }
  }

  @Test("a key that cannot sign is an error before anything is built")
  func unfit() async throws {
    let tree = try await ImageTree()
    let folder = try keys(tree)
    defer { try? Directory.removeTree(folder) }
    for name in ["key", "private"] { try makeKey(folder / Path(name), tree) }
    try File.remove(folder / "private.pub")
    try makeKey(folder / "locked", passphrase: "secret", tree)
    try File.write(Array("nonsense\n".utf8), to: folder / "broken")
    try File.write(try File.read(folder / "key.pub"), to: folder / "broken.pub")
    try makeKey(tree.source / "key", tree)
    try File.symlink("../source/key", at: folder / "link")
    try tree.append("CFLAGS=\"-O3\"", to: "profiles/tiny/target/etc/portage/make.conf")
    let listing = try tree.run(["ls", "-l", "\(tree.build)/logs/world"])
    for (key, message) in [
      ("\(folder)/absent", "which is not there: name a private key of OpenSSH"),
      (
        "\(folder)/private",
        "and its public key is not in '\(folder)/private.pub': 'ssh-keygen -y -f KEY >KEY.pub'"
      ),
      ("\(folder)/locked", "with which nothing can be signed: "),
      ("\(folder)/broken", "with which nothing can be signed: "),
      ("./key", "which lies in the source tree: move the key"),
      ("\(folder)/link", "which lies in the source tree"),
      ("nobody@example.org", "with which nothing can be signed: gpg: "),
    ] {
      let build = try tree.sysbuild(["image", "SIGNING_KEY=\(key)"])
      #expect(
        build.status == 2 && build.output.hasPrefix("sysbuild: command line: SIGNING_KEY is '")
          && build.output.contains(message), "\(key): \(build.output)")
    }
    #expect(try tree.run(["ls", "-l", "\(tree.build)/logs/world"]) == listing)
    // Questions are answered all the same.
    #expect(try tree.sysbuild(["list", "SIGNING_KEY=\(folder)/absent"]).status == 0)
  }

  @Test("SHA256SUMS is signed by a key of GnuPG")
  func gnuPG() async throws {
    let tree = try await ImageTree()
    let home = try keys(tree)
    defer { try? Directory.removeTree(home) }
    let gpg = ["gpg", "--homedir", "\(home)", "--batch", "--quiet"]
    try tree.run(
      gpg + ["--passphrase", "", "--quick-generate-key", "release@example.org", "default", "sign", "never"])
    for isRunning in [true, false] {
      if !isRunning { try tree.run(["gpgconf", "--homedir", "\(home)", "--kill", "gpg-agent"]) }
      try tree.run(["rm", "-f", "\(tree.images)/SHA256SUMS.asc"])
      let build = try tree.sysbuild(
        ["image", "SIGNING_KEY=release@example.org"], by: ["env", "GNUPGHOME=\(home)"])
      #expect(build.status == 0, "\(build.output)")
      let asc = "\(tree.images)/SHA256SUMS.asc"
      let verified = try tree.output(gpg + ["--verify", asc, "\(tree.images)/SHA256SUMS"])
      #expect(verified.status == 0, "\(verified.output)")
      let before = try state("SHA256SUMS.asc", tree)
      #expect(
        try tree.sysbuild(["image", "SIGNING_KEY=release@example.org"], by: ["env", "GNUPGHOME=\(home)"]).output
          == "image: up to date\n")
      #expect(try state("SHA256SUMS.asc", tree) == before)
    }
  }
}
