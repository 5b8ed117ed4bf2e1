import Platform
import TestSupport
import Testing

@testable import Stamps

@Test func stampFolder() throws {
  let temporary = try TemporaryFolder()
  let folder = StampFolder(temporary.path / "O/stamps")
  #expect(try folder.stamp(of: "world") == nil)
  try folder.tidyUp(keeping: [])
  try folder.write(sampleStamp)
  #expect(try folder.stamp(of: "world") == sampleStamp)
  let next = Stamp(target: "world", state: .started, success: nil)
  try folder.write(next)
  #expect(try folder.stamp(of: "world") == next)
  #expect(try temporary.names("O/stamps") == ["world.stamp"])
  try folder.remove("world")
  try folder.remove("world")
  #expect(try folder.stamp(of: "world") == nil)
}

@Test func aStampOfAnotherTargetIsForeign() throws {
  let temporary = try TemporaryFolder()
  let folder = StampFolder(temporary.path)
  try folder.write(sampleStamp)
  try File.rename(folder.file(of: "world"), to: folder.file(of: "other"))
  #expect(throws: StampError.foreign) { try folder.stamp(of: "other") }
  try Directory.create(folder.file(of: "dir"))
  #expect(throws: StampError.unreadable("Is a directory")) { try folder.stamp(of: "dir") }
}

/// What a process that was killed in the middle of a write leaves behind hides nothing and is not read.
@Test func crashLeftovers() throws {
  let temporary = try TemporaryFolder()
  let folder = StampFolder(temporary.path)
  try folder.write(sampleStamp)
  try temporary.write("sysbuild sta", to: ".world.stamp.123.0.tmp")
  let listing = Listing([.init("a")])
  let digest = SHA256.digest(of: listing.storedText)
  try temporary.write("half", to: Path("listings/.\(digest.hex).1.1.tmp"))
  #expect(try folder.stamp(of: "world") == sampleStamp)
  #expect(folder.listing(digest) == nil)
  #expect(try folder.keep(listing) == digest)
  try folder.tidyUp(keeping: [sampleStamp])
  #expect(try temporary.names("listings") == [])
  #expect(try temporary.names(".").sorted() == ["listings", "world.stamp"])
}

@Test func listingsAreKeptWhileTheyAreUsed() throws {
  let temporary = try TemporaryFolder()
  let folder = StampFolder(temporary.path)
  let used = Listing([.init("a", "1", place: "f:1")])
  // The same for a digest, elsewhere for a person.
  let unused = Listing([.init("a", "1", place: "g:1")])
  let (kept, dropped) = (try folder.keep(used), try folder.keep(unused))
  #expect(folder.listing(kept) == used && folder.listing(dropped) == unused && used.digest == unused.digest)
  var stamp = sampleStamp
  stamp.success?.inputs = [.init(Artifact(.tree, "t"), Observation(used.digest), .listing(kept))]
  stamp.success?.outputs = [.init(Artifact(.file, "f"), Observation(dropped))]
  try folder.tidyUp(keeping: [stamp])
  #expect(folder.listing(kept) == used && folder.listing(dropped) == nil)
  stamp.success?.outputs = [.init(Artifact(.tree, "t"), Observation(used.digest), .listing(kept))]
  stamp.success?.inputs = []
  try folder.tidyUp(keeping: [stamp])
  #expect(folder.listing(kept) == used)
}

@Test(arguments: ["", "a\n", "a\t2\n", "b\t1\n", "a\t1", "\\", "a\t1\na\t1\n"])
func damagedListings(_ text: String) throws {
  let temporary = try TemporaryFolder()
  let folder = StampFolder(temporary.path)
  let listing = Listing([.init("a", "1")])
  let digest = try folder.keep(listing)
  try temporary.write(text, to: Path("listings/\(digest.hex)"))
  #expect(folder.listing(digest) == nil)
  #expect(try folder.keep(listing) == digest)
  #expect(folder.listing(digest) == listing, "kept again")
}
