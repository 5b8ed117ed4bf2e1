package import BuildGraph
package import Platform
import Stamps
import TextKit

/// The cache of a build: finds what other builds have made, and keeps what this one makes.
///
/// Whatever goes wrong with the cache, a target that is not found is made.
package final class BuildCache: OtherBuilds {
  private let units: [SharedUnit]
  /// Nil if commands see the paths of this machine.
  private let variant: String?
  private let graph: Graph
  private let state: BuildState
  private let listings: any StampStore
  private let store: WatchedStore
  package var place: CachePlace { store.place }
  /// Whether nothing has gone so wrong with it that it is left alone.
  package var isInUse: Bool { !store.isOff }
  /// For what is underway, and the records of what is elsewhere.
  private let scratch: Path
  /// Where the file is that says which parts of repositories count.
  private let narrowed: (Path) -> Path
  /// Units that could not be fetched.
  private var ignored: Set<String> = []
  /// Units that were fetched.
  private var fetched: Set<String> = []
  /// The stamps that were there before others were adopted, by target.
  private var replaced: [TargetID: Stamp] = [:]

  /// - Parameters:
  ///   - units: those of the built-in graph.
  ///   - listings: where the listings of stamps are kept.
  ///   - variant: nil for a graph whose commands see O and IMAGESDIR where they are.
  ///   - scratch: for what is underway and for records, if not in O.
  ///   - narrowed: where the file lies that says which parts of repositories count, if not in O.
  ///   - warn: is told what is wrong with the cache.
  package init(
    _ place: CachePlace, units: [SharedUnit], variant: String?, state: BuildState, listings: any StampStore,
    scratch: Path? = nil, narrowed: ((Path) -> Path)? = nil, warn: @escaping (String) -> Void
  ) throws {
    self.variant = variant
    self.state = state
    self.listings = listings
    graph = state.graph
    self.units = graph.units(units)
    let build = graph.locations.build
    self.scratch = scratch ?? build / "cache"
    self.narrowed = narrowed ?? { build / $0 }
    store = WatchedStore(place, scratch: self.scratch, warn: warn)
    try Directory.create(self.scratch, intermediates: true)
  }

  private func record(of unit: SharedUnit) -> Path {
    scratch / Path("\(unit.name).record")
  }

  private func unit(of id: TargetID) -> SharedUnit? { units.first { $0.targets.contains(graph[id].name) } }

  // MARK: Finding

  /// Before a run: adopts all that can be found, and for what cannot, what the variant was made of last.
  ///
  /// - Parameter comparing: whether to adopt the newest of everything that is not found, whatever is here.
  package func resolve(_ goals: [TargetID], comparing: Bool = false) throws {
    if !place.isRead { return }
    // A build that may write makes it.
    if place.mode == .read, !isURL(place.text), !File.exists(Path(place.text)) {
      return store.giveUp("there is no such folder")
    }
    for unit in units {
      let plan = try Plan(state, goals: goals)
      func isSettled(_ id: TargetID) -> Bool { plan[id] == .fresh || plan[id] == .stale([.elsewhere]) }
      let members = graph.members(of: unit)
      guard let first = members.first(where: { plan[$0] != nil && !isSettled($0) }) else { continue }
      if try adopt(first, isSettled: isSettled) || !unit.beginsWithLast && !comparing { continue }
      if comparing || members.allSatisfy({ state.success(of: $0) == nil }) {
        try find(CacheKey.newest(unit.name, variant: variant ?? ""), of: unit, isExact: false)
      }
    }
  }

  package func adopt(_ id: TargetID, isSettled: (TargetID) -> Bool) throws -> Bool {
    guard place.isRead, !store.isOff, let unit = unit(of: id), !ignored.contains(unit.name) else {
      return false
    }
    let members = graph.members(of: unit)
    let needs = members.flatMap { graph[$0].needs }.filter { !members.contains($0) }
    guard needs.allSatisfy(isSettled) else { return false }
    try state.look(at: members)
    var key = key(unit, members)
    if let narrowing = unit.narrowing, let parts = try parts(key.withoutParts) {
      let file = narrowed(narrowing)
      if (try? File.read(file)) != parts {
        try Directory.create(file.parent, intermediates: true)
        try AtomicFile.write(parts, to: file, durable: false)
        try state.look(at: members)
        key = self.key(unit, members)
      }
    }
    return try find(key.exact, of: unit, isExact: true)
  }

  private func key(_ unit: SharedUnit, _ members: [TargetID]) -> CacheKey {
    let targets = members.map { id in
      let node = graph[id]
      let inputs = (node.inputs + node.received).map { input -> Stamp.Record in
        let text: Stamp.Record.Detail =
          if case .text(let text) = state.detail(of: input) { .text(text) } else { .none }
        return Stamp.Record(graph[input].artifact, state.observation(of: input), text)
      }
      return (name: node.name, recipe: node.recipe, inputs: inputs)
    }
    return CacheKey(
      unit.name, targets, trees: trees(behind: members), made: graph.made(members), placesCount: variant == nil)
  }

  private func trees(behind members: [TargetID]) -> [Stamp.Record] {
    graph.trees(behind: members).map { Stamp.Record(graph[$0].artifact, state.observation(of: $0)) }
  }

  /// Which parts of a repository counted when what else went in was this; nil if that is not known.
  private func parts(_ key: Digest) throws -> [UInt8]? {
    try store.result(of: key)?.files.first.flatMap { file in
      file.content.flatMap { SHA256.digest(of: $0) == file.digest ? $0 : nil }
    }
  }

  /// - Parameter isExact: whether the record must have been made of what the key says.
  @discardableResult
  private func find(_ key: Digest, of unit: SharedUnit, isExact: Bool) throws -> Bool {
    guard let value = try store.result(of: key) else { return false }
    do {
      let records = SharedRecords(place: place, store: store.store, scratch: scratch)
      guard let (found, text) = try records.record(in: value, of: unit.name, key: isExact ? key : nil) else {
        return false
      }
      try found.check(unit.folders, graph.made(graph.members(of: unit)))
      try AtomicFile.write(text, to: record(of: unit), durable: false)
      try adopt(found, named: SHA256.digest(of: text), for: unit)
      return true
    } catch let interrupted as Interrupted {
      throw interrupted
    } catch {
      store.complain("\(error)")
      return false
    }
  }

  private func adopt(_ record: CacheRecord, named name: Digest, for unit: SharedUnit) throws {
    let stamps = try record.stamps.map { text in
      do { return try StampText.stamp(from: text) } catch {
        throw UserError("a stamp of it cannot be used: \(error)")
      }
    }
    for text in record.listings {
      if let listing = Listing(stored: text) { _ = try listings.keep(listing) }
    }
    for id in graph.members(of: unit) {
      guard var success = stamps.first(where: { $0.target == graph[id].name })?.success else {
        throw UserError("a record of it lacks a stamp")
      }
      success.inputs = success.inputs.map(here)
      if let old = try? state.stamp(of: id).get(), replaced[id] == nil { replaced[id] = old }
      try state.write(
        Stamp(target: graph[id].name, state: .elsewhere(record: name.hex), success: success), of: id)
    }
  }

  /// The record of an input with the paths of this machine, which decide nothing.
  private func here(_ record: Stamp.Record) -> Stamp.Record {
    guard CacheKey.isPlace(record.artifact), let value = graph.variables[record.artifact.name]?.value else {
      return record
    }
    return Stamp.Record(record.artifact, Observation(SHA256.digest(of: value)), .text(value))
  }

  // MARK: Fetching

  /// How much is fetched with a target that is elsewhere, in bytes; nil if it is not.
  package func size(of id: TargetID) -> Int? {
    guard let unit = unit(of: id), let record = CacheRecord((try? File.read(record(of: unit))) ?? []) else {
      return nil
    }
    return record.parts.reduce(0) { $0 + $1.size }
  }

  package func begins(withLast id: TargetID) -> Bool { unit(of: id)?.beginsWithLast ?? false }

  package func keptTogether(with id: TargetID) -> [TargetID] { unit(of: id).map(graph.members) ?? [id] }

  package func fetching(_ id: TargetID, variables: Variables?) throws -> [Job.Command] {
    guard let unit = unit(of: id) else { return [] }
    let file = record(of: unit)
    let locations = graph.locations
    let fetch = Job.Command(
      words: [
        Graph.ownProgram, "helper", "fetch", place.text, "\(file)", state.placeElsewhere(of: id) ?? "",
        "\(locations.build)", "\(locations.images)",
      ], unshown: place.environment)
    let check = try unit.check.map { try state.command(CommandTemplate($0), of: id, variables: variables) }
    return [fetch] + (check.map { [$0] } ?? [])
  }

  package func fetched(_ id: TargetID) throws {
    guard let unit = unit(of: id) else { return }
    fetched.insert(unit.name)
    for member in graph.members(of: unit) where state.placeElsewhere(of: member) != nil {
      replaced[member] = nil
      try state.write(
        Stamp(target: graph[member].name, state: .complete, success: state.success(of: member)), of: member)
    }
  }

  package func lost(_ id: TargetID) throws {
    guard let unit = unit(of: id) else { return }
    store.noteProblem()
    try forget(id, unit)
  }

  private func forget(_ id: TargetID, _ unit: SharedUnit) throws {
    ignored.insert(unit.name)
    // Of folders some may be there and others not.
    let isMixed = File.exists(Fetch.mark(of: record(of: unit)))
    for member in graph.members(of: unit) {
      if let old = replaced.removeValue(forKey: member), !isMixed, !old.state.isElsewhere {
        try state.write(old, of: member)
      } else {
        let name = graph[member].name
        try state.write(
          Stamp(target: name, state: .failed("what another build made could not be fetched"), success: nil),
          of: member)
      }
    }
  }

  /// After targets were lost: gives up what is still elsewhere, if too much is wrong with the cache.
  package func giveUpIfHopeless() throws {
    guard store.isHopeless, !store.isOff else { return }
    store.giveUp("too much of it cannot be had")
    for unit in units {
      let members = graph.members(of: unit)
      if let id = members.first(where: { state.placeElsewhere(of: $0) != nil }) { try forget(id, unit) }
    }
  }

  // MARK: Keeping

  /// Keeps what was made.
  ///
  /// - Parameters:
  ///   - made: the targets that are as their inputs want them.
  ///   - ran: those of them that ran.
  ///   - isGuarded: whether commands found O at the path at which they find it everywhere.
  ///   - tell: is told what was kept, by its last target, and in how many bytes.
  package func keep(
    _ made: Set<TargetID>, ran: Set<TargetID>, isGuarded: Bool, tell: (_ target: String, _ size: Int) -> Void
  ) throws {
    guard place.isWritten, !made.isEmpty else { return }
    if !isGuarded, variant != nil {
      return store.complain(
        "what is built is not kept, since commands do not find O where they do on other machines")
    }
    let keeper = RecordKeeper(
      place: place, store: store.store, graph: graph, listings: listings, variant: variant, scratch: scratch)
    for unit in units where !store.isOff {
      let members = graph.members(of: unit)
      guard members.allSatisfy(made.contains), let stamps = completeStamps(of: members) else { continue }
      let isNew = members.contains(where: ran.contains)
      if !isNew, fetched.contains(unit.name) { continue }
      try store.attempt {
        try keeper.keep(
          unit, stamps, trees: trees(behind: members), isNew: isNew, replacing: ignored.contains(unit.name),
          tell)
      }
    }
  }

  /// Nil if one has not been made here.
  private func completeStamps(of members: [TargetID]) -> [(Stamp, Stamp.Success)]? {
    let stamps = members.compactMap { id -> (Stamp, Stamp.Success)? in
      guard case .success(let stamp?) = state.stamp(of: id), stamp.state == .complete,
        let success = stamp.success
      else { return nil }
      return (stamp, success)
    }
    return stamps.count == members.count ? stamps : nil
  }
}

extension Stamp.State {
  fileprivate var isElsewhere: Bool { if case .elsewhere = self { true } else { false } }
}
