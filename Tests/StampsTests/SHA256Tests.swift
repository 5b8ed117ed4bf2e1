import Glibc
import Platform
import TestSupport
import Testing

@testable import Stamps

private let codes: [SHA256.Code] = SHA256.best == .instructions ? [.portable, .instructions] : [.portable]

private func digest(_ bytes: [UInt8], _ code: SHA256.Code) -> Digest {
  var hash = SHA256(code: code)
  hash.update(bytes)
  return hash.finalize()
}

/// FIPS 180-4's examples, and the million times "a" of its predecessor.
@Test(
  arguments: codes,
  [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (
      "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrs"
        + "mnopqrstnopqrstu", "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
    ),
    (
      String(repeating: "a", count: 1_000_000),
      "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
    ),
  ])
func examples(_ code: SHA256.Code, _ example: (text: String, hex: String)) {
  #expect(digest(Array(example.text.utf8), code).hex == example.hex)
}

@Test func everyLengthTheSameByBothCodes() throws {
  let bytes = (0..<300).map { UInt8(truncatingIfNeeded: $0 &* 131 &+ 7) }
  // Chained, so that one digest stands for all; the expected one is what `sha256sum` makes of the same.
  for length in 0...bytes.count {
    let part = Array(bytes[..<length])
    let expected = digest(part, .portable)
    for code in codes {
      #expect(digest(part, code) == expected, "\(length) bytes")
      for cut in Set([0, 1, 63, 64, 65, length / 2, length]) where cut <= length {
        var hash = SHA256(code: code)
        hash.update(part[..<cut])
        for byte in part[cut...] { hash.update(CollectionOfOne(byte)) }
        #expect(hash.finalize() == expected, "\(length) bytes cut at \(cut)")
        var other = SHA256(code: code)
        other.update(part[..<cut])
        other.update(AnySequence(part[cut...]))
        #expect(other.finalize() == expected, "\(length) bytes cut at \(cut)")
      }
    }
  }
}

/// `sha256sum` is another implementation.
@Test func filesAsTheRealProgramHasThem() throws {
  let temporary = try TemporaryFolder()
  let folder = temporary.path
  var random = SeededGenerator(for: "filesAsTheRealProgramHasThem")
  let sizes =
    [0, 1, 55, 56, 63, 64, 4095, 4096, 262_143, 262_144, 262_145, 1_000_003]
    + (0..<5).map { _ in Int.random(in: 0..<300_000, using: &random) }
  var files: [(Path, Digest)] = []
  for (index, size) in sizes.enumerated() {
    let bytes = random.bytes(size)
    let file = folder / "\(index)"
    try File.write(bytes, to: file)
    files.append((file, try SHA256.digest(ofFile: file)))
    #expect(digest(bytes, .portable) == files[index].1, "\(seedSetting), \(size) bytes")
  }
  let pipe = try FileDescriptor.pipe()
  let child = try ChildProcess(
    program: "/usr/bin/sha256sum",
    arguments: [Array("sha256sum".utf8)] + files.map(\.0.bytes), environment: [], output: pipe.write.raw,
    error: 2)
  #expect(try child.reap() == .exited(0))
  let output = String(decoding: try drain(pipe), as: UTF8.self)
  #expect(output == files.map { "\($0.1)  \($0.0)\n" }.joined(), "\(seedSetting)")
}

@Test func whatIsNoRegularFile() throws {
  let temporary = try TemporaryFolder()
  let folder = temporary.path
  try File.write(Array("abc".utf8), to: folder / "file")
  try File.symlink("file", at: folder / "link")
  #expect(mkfifo("\(folder)/fifo", 0o600) == 0)
  #expect(throws: SystemError("cannot read", folder / "link", code: ELOOP)) {
    try SHA256.digest(ofFile: folder / "link")
  }
  #expect(try SHA256.digest(ofFile: folder / "link", followingLinks: true) == SHA256.digest(of: "abc"))
  #expect(throws: SystemError("cannot digest", folder / "fifo", code: EINVAL)) {
    try SHA256.digest(ofFile: folder / "fifo")
  }
  #expect(throws: SystemError("cannot read", folder / "missing", code: ENOENT)) {
    try SHA256.digest(ofFile: folder / "missing")
  }
}

@Test func digestsAndTheirText() throws {
  let digest = SHA256.digest(of: "abc")
  #expect(Digest(hex: digest.hex) == digest)
  #expect(Digest(hex: digest.hex.uppercased()) == digest)
  #expect(Digest(hex: Array(digest.hex.utf8)) == digest)
  #expect(digest.bytes.count == 32)
  #expect(digest.bytes.prefix(3) == [0xBA, 0x78, 0x16])
  #expect(Digest(hex: String(digest.hex.dropLast())) == nil)
  #expect(Digest(hex: digest.hex + "0") == nil)
  #expect(Digest(hex: "g" + digest.hex.dropFirst()) == nil)
}
