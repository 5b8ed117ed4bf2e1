import Glibc
import Platform
import TestSupport
import Testing
import TextKit

@testable import Caching

/// Archives that nobody should unpack, made by GNU tar and by Python's tarfile.
@Suite struct TarCheckTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test("what GNU tar packs of folders is accepted, whatever their names and kinds")
  func ownArchives() throws {
    try shell(
      """
      mkdir -p base/a/b base/c; cd base
      echo x > a/x; ln a/x a/hard; ln -s /etc/passwd a/absolute; ln -s ../../../x a/up; echo run > 'a/new
      line'; chmod 4755 a/x; mkfifo=1
      long=$(printf 'n%.0s' $(seq 200)); mkdir -p "a/$long/$long"; echo y > "a/$long/$long/$long"
      ln -s "$long/$long/$long" a/long; truncate -s 3M a/sparse; mkdir a/empty; touch -d 2001-02-03T04:05:06.789Z a/x
      """)
    let archive = folder.path / "archive"
    let size = try FolderArchive.pack(["a", "c"], in: folder.path / "base", to: archive)
    try Directory.create(folder.path / "copy")
    try FolderArchive.unpack(archive, size: size, folders: ["a", "c"], to: folder.path / "copy")
    func content(_ name: String) throws -> String {
      try shell(
        "cd \(name); find a c -printf '%p %y %m %U %G %T@ %n %l %s\\n' | LC_ALL=C sort; find . -type f -print0 | sort -z | xargs -0 cat | sha256sum"
      )
    }
    #expect(try content("base") == content("copy"))
  }

  @Test(
    "a name, a link or a kind that leads out of the folders is refused",
    arguments: [
      ("a file '/etc/x'", "add('/etc/x')", "outside"), ("a file '../x'", "add('../x')", "outside"),
      ("a file 'a/../../x'", "add('a/../../x')", "outside"), ("a file 'b/x'", "add('b/x')", "outside"),
      ("a hard link to '/etc/passwd'", "add('a/x', tarfile.LNKTYPE, '/etc/passwd')", "outside"),
      ("a hard link to '../x'", "add('a/x', tarfile.LNKTYPE, '../x')", "outside"),
      ("a file behind a link", "add('a/l', tarfile.SYMTYPE, '/tmp'); add('a/l/x')", "behind its link"),
      (
        "a folder behind a link", "add('a', tarfile.SYMTYPE, '/tmp'); add('a/b', tarfile.DIRTYPE)",
        "behind its link"
      ),
      ("a device", "add('a/null', tarfile.CHRTYPE)", "no file, folder or link"),
      ("a block device", "add('a/sda', tarfile.BLKTYPE)", "no file, folder or link"),
      ("a fifo", "add('a/fifo', tarfile.FIFOTYPE)", "no file, folder or link"),
      ("a name that only pax tells", "add('a/' + '../' * 90 + 'x')", "outside"),
      ("a global header", "add('a/x', tarfile.XGLTYPE)", "no file, folder or link"),
    ])
  func hostile(_ what: String, _ made: String, _ message: String) throws {
    try shell(
      """
      python3 - <<'END'
      import io, tarfile
      archive = tarfile.open('archive.tar', 'w', format=tarfile.PAX_FORMAT)
      def add(name, kind=tarfile.REGTYPE, link=''):
          info = tarfile.TarInfo(name)
          info.type, info.linkname = kind, link
          archive.addfile(info)
      add('a', tarfile.DIRTYPE) if not "\(made)".startswith("add('a', tarfile.SYMTYPE") else None
      \(made)
      archive.close()
      END
      """)
    let error = #expect(throws: UserError.self, "\(what)") {
      try TarCheck.check(folder.path / "archive.tar", folders: ["a"])
    }
    #expect(error?.description.contains(message) == true, "\(what): \(error?.description ?? "")")
  }

  @Test("the formats of GNU tar and sparse files are refused, and so is what is cut short or altered")
  func otherFormats() throws {
    try shell(
      "mkdir a; truncate -s 1M a/sparse; echo x >> a/sparse; long=$(printf 'n%.0s' $(seq 200)); echo y > a/$long"
    )
    for options in ["--format=gnu --sparse", "--format=posix --sparse", "--format=gnu"] {
      try shell("tar -cf archive.tar \(options) a")
      #expect(throws: UserError.self, "\(options)") {
        try TarCheck.check(folder.path / "archive.tar", folders: ["a"])
      }
    }
    try shell("rm a/sparse; tar -cf archive.tar --format=posix a")
    let bytes = try File.read(folder.path / "archive.tar")
    try TarCheck.check(folder.path / "archive.tar", folders: ["a"])
    for place in [0, 124, 148, 156, 257] {
      var altered = bytes
      altered[place] ^= 0x11
      try File.write(altered, to: folder.path / "archive.tar")
      #expect(throws: UserError.self, "byte \(place)") {
        try TarCheck.check(folder.path / "archive.tar", folders: ["a"])
      }
    }
    for length in [0, 100, 512, 1024] {
      try File.write(Array(bytes.prefix(length)), to: folder.path / "archive.tar")
      #expect(throws: UserError.self, "\(length) bytes") {
        try TarCheck.check(folder.path / "archive.tar", folders: ["a"])
      }
    }
  }

  @Test("an archive that becomes larger than its record says is refused before it fills the disk")
  func bomb() throws {
    try shell(
      "mkdir a; truncate -s 200M a/zeros; tar -cf - --format=posix a | zstd -q -f -o bomb; rm -r a; mkdir copy")
    #expect(throws: UserError.self) {
      try FolderArchive.unpack(folder.path / "bomb", size: 1 << 20, folders: ["a"], to: folder.path / "copy")
    }
    #expect(try folder.names("copy").isEmpty)
  }

  @discardableResult
  private func shell(_ text: String) throws -> String {
    let (output, status) = try ProgramOutput.ofBothStreams(
      "/bin/sh", ["sh", "-ec", text], environment: ["PATH=/usr/bin:/bin"], directory: folder.path)
    let said = String(decoding: output, as: UTF8.self)
    try #require(status.isSuccess, "\(said)")
    return said
  }
}
