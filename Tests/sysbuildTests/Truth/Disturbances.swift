import BuildGraph
import Glibc
import Platform
import TestSupport

@testable import ModelSupport

/// What happens in a trial's world without meaning anything, and what happens to the engine's own files.
extension FileWorld {
  func disturb(_ spec: String, _ generator: inout SeededGenerator) throws -> String {
    switch Int.random(in: 0..<10, using: &generator) {
    case 0:
      settle()
      return "wait for a tick"
    case 1: return try disturbIndex(&generator)
    case 2: return try disturbListings(&generator)
    case 3, 4, 5:
      // The same thing once more, written in another way.
      self[spec] = self[spec]
      return "write \(spec) again"
    default: return try disturbPath(spec, &generator)
    }
  }

  private func disturbIndex(_ generator: inout SeededGenerator) throws -> String {
    let file = locations.build / "index"
    guard var bytes = try? File.read(file), !bytes.isEmpty else { return "there is no index" }
    let what: String
    switch Int.random(in: 0..<4, using: &generator) {
    case 0:
      try File.remove(file)
      return "remove the index"
    case 1:
      bytes = Array(bytes.prefix(Int.random(in: bytes.indices, using: &generator)))
      what = "cut the index to \(bytes.count) bytes"
    case 2:
      bytes[Int.random(in: bytes.indices, using: &generator)] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      what = "flip a bit of the index"
    default:
      bytes = formerIndex ?? []
      what = "bring an older index back"
    }
    // The engine maps it, so it is replaced as a whole.
    let other = newPath()
    try File.write(bytes, to: other)
    try File.rename(other, to: file)
    return what
  }

  private func disturbListings(_ generator: inout SeededGenerator) throws -> String {
    let folder = locations.build / "stamps/listings"
    let names = ((try? Directory.entries(of: folder)) ?? []).map(\.name).sorted()
    guard let name = names.randomElement(using: &generator) else { return "there is no listing" }
    if generator.chance(50) {
      try File.remove(folder / name)
      return "remove a listing"
    }
    try File.write(Array("rubbish".utf8), to: folder / name)
    return "spoil a listing"
  }

  private func disturbPath(_ spec: String, _ generator: inout SeededGenerator) throws -> String {
    var path = path(of: spec)
    guard Kind(spec) != .environment, Kind(spec) != .tool, let status = try? FileStatus(path) else {
      return "nothing to disturb in \(spec)"
    }
    if status.kind == .directory {
      if spec.hasPrefix("tree:"), generator.chance(60) { return try disturbTree(spec, path, &generator) }
      let inner = try Directory.entries(of: path).filter { $0.kind == .file }.map(\.name).sorted()
      if let name = inner.randomElement(using: &generator) { path = path / name }
    }
    switch Int.random(in: 0..<4, using: &generator) {
    case 0:
      setModified(Clock.wall, of: path)
      return "touch \(path)"
    case 1:
      setModified(Int64.random(in: 0..<4_000_000_000, using: &generator) * 1_000_000_000, of: path)
      return "touch \(path) with another time"
    case 2:
      guard status.kind == .file else { return "no mode to change in \(spec)" }
      setMode(of: path, isExecutable: try FileStatus(path, followingLinks: true).isExecutable)
      return "other permissions of \(path)"
    default:
      guard status.kind == .file, spec.hasPrefix("file:") else { return "no link to \(spec)" }
      let place = newPath()
      try File.rename(path, to: place)
      try File.symlink(place, at: path)
      return "\(spec) moves behind a link"
    }
  }

  private func disturbTree(
    _ spec: String, _ root: Path, _ generator: inout SeededGenerator
  ) throws -> String {
    if !exclusions(spec).isEmpty, generator.chance(50) {
      let isDeep = File.exists(root / "a") && generator.chance(50)
      let place = isDeep ? root / "a" / (generator.chance(50) ? "x" : "skip") : root / "skip"
      try Directory.removeTree(place)
      if generator.chance(50) {
        try Directory.create(place)
        try File.write([], to: place / "z")
      } else if generator.chance(50) {
        try File.write(Array("z".utf8), to: place)
      }
      return "something left out changes in \(spec)"
    }
    switch Int.random(in: 0..<3, using: &generator) {
    case 0:
      try File.write([], to: root / "new")
      try File.remove(root / "new")
      return "something comes to \(spec) and goes"
    case 1:
      let place = newPath()
      try File.rename(root, to: place)
      try File.symlink(place, at: root)
      return "\(spec) moves behind a link"
    default:
      let place = newPath()
      try File.rename(root, to: place)
      try File.rename(place, to: root)
      return "\(spec) is moved away and back"
    }
  }

  func damageStamp(of target: String, _ generator: inout SeededGenerator) throws -> String {
    let file = locations.build / "stamps" / "\(target).stamp"
    guard var bytes = try? File.read(file), !bytes.isEmpty else { return "there is no stamp of \(target)" }
    switch Int.random(in: 0..<4, using: &generator) {
    case 0:
      try File.remove(file)
      return "remove the stamp of \(target)"
    case 1:
      try File.write(Array(bytes.prefix(Int.random(in: bytes.indices, using: &generator))), to: file)
      return "cut the stamp of \(target) short"
    case 2:
      bytes[Int.random(in: bytes.indices, using: &generator)] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      try File.write(bytes, to: file)
      return "flip a bit of the stamp of \(target)"
    default:
      try File.write(bytes + Array("# by hand\n".utf8), to: file)
      return "edit the stamp of \(target)"
    }
  }
}
