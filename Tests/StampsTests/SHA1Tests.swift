import Platform
import TestSupport
import Testing

@testable import Stamps

/// `sha1sum` is another implementation.
@Test func sha1OfEveryLengthAsTheRealProgramHasIt() throws {
  let temporary = try TemporaryFolder()
  var random = SeededGenerator(for: "sha1")
  for length in [0, 1, 55, 56, 57, 63, 64, 65, 119, 120, 128, 1000, 300_001] {
    let bytes = random.bytes(length)
    let file = temporary.path / "\(length)"
    try File.write(bytes, to: file)
    let expected = try output(of: ["/usr/bin/sha1sum", "\(file)"]).prefix(40)
    #expect(SHA1.digest(of: bytes) == expected, "\(seedSetting), \(length) bytes")
    for cut in Set([1, 63, 64, length / 2]) where cut <= length {
      var hash = SHA1()
      for part in [bytes[..<cut], bytes[cut...]] {
        unsafe part.withUnsafeBytes { unsafe hash.update($0) }
      }
      #expect(hash.finalize() == expected, "\(seedSetting), \(length) bytes cut at \(cut)")
    }
  }
}
