import BuildGraph
import Glibc
package import Platform

/// The job slots of a run: those of the make that called, or else sysbuild's own; and how the commands, and the
/// makes among them, come to share them. It knows no job.
///
/// The first job needs no token: the caller has one for sysbuild as a whole, and of its own there is one less
/// than jobs. `Scheduler` sees to that, and gives back what it took whatever ends the run; if that is SIGKILL, a
/// process that has waited for it does (`TokenPool.keep`).
package final class Jobserver: JobSlots {
  private let pool: TokenPool
  /// How many tokens there are in all, if they are sysbuild's own.
  private let size: Int?
  /// What a command finds as MAKEFLAGS.
  package let flags: String
  /// The descriptors that `flags` names; commands inherit them under these numbers.
  package let inherited: [CInt]
  /// What `inherited` refers to, if it is sysbuild's own.
  private let ends: Pipe?
  private let fifo: Path?

  /// Takes part in the jobserver of the make that called. Its place is handed on as it came.
  private init(of make: MakeFlags, _ place: MakeFlags.Jobserver) throws(SystemError) {
    switch place {
    case .fifo(let path):
      pool = try TokenPool(at: path)
      inherited = []
    case .pipe(let reading, let writing):
      pool = try TokenPool(inheritedReading: reading, writing: writing)
      inherited = [reading, writing]
    case .other: throw SystemError("cannot use a jobserver of an unknown kind", code: ENOTSUP)
    }
    try pool.keep()
    size = nil
    ends = nil
    fifo = nil
    flags = " " + make.jobserverWords.map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
  }

  /// Makes one for `jobs` jobs at once, a FIFO in O.
  ///
  /// Commands are told of descriptors for it, not of its path: make 4.3 stops at `fifo:`, make 4.4 takes both.
  private init(for jobs: Int, in build: Path) throws(SystemError) {
    let path = build / "jobserver"
    pool = try TokenPool(makingFIFO: path, tokens: jobs - 1)
    size = jobs - 1
    fifo = path
    // Out of the way of scripts, which call descriptors 3 to 9 their own.
    let reading = try FileDescriptor.open(path, O_RDONLY).duplicate(from: 100)
    let writing = try FileDescriptor.open(path, O_WRONLY).duplicate(from: 100)
    inherited = [reading.raw, writing.raw]
    ends = Pipe(read: reading, write: writing)
    flags = " -j\(jobs) --jobserver-auth=\(inherited[0]),\(inherited[1])"
  }

  deinit {
    if let fifo { try? File.remove(fifo, missingIsFine: true) }
  }

  /// What each command's supervisor keeps open, so that a slot is given back when what ran in it is gone.
  var keeperDescriptor: CInt? { pool.keeperDescriptor }

  /// poll(2) calls it readable when there seems to be a free slot.
  var pollDescriptor: CInt { pool.pollDescriptor }

  func take() throws -> Bool { try pool.take() }
  func giveBack() throws { try pool.putBack() }

  /// Makes up for tokens that were lost with commands that were killed. Only while none runs, and only of its
  /// own: which of a caller's are lost, nobody can know.
  func makeUpForLosses() throws(SystemError) {
    if let size { try pool.fill(to: size) }
  }
}

extension Jobserver {
  /// The slots for a run, and how many jobs it may have at once besides; no slots for a run of one job at a time.
  ///
  /// - Parameters:
  ///   - jobs: what `-j` says, nil without one.
  ///   - caller: the make that called.
  ///   - warn: is told why slots are not shared.
  package static func open(
    jobs: Int?, caller: MakeFlags, in build: Path, warn: (String) -> Void
  ) -> (slots: Jobserver?, jobs: Int) {
    if let place = caller.jobserver {
      if let own = jobs {
        warn(unusedSlots(own))
      } else {
        do {
          return (try Jobserver(of: caller, place), caller.jobs ?? 1024)
        } catch {
          warn(unusableSlots(error))
          return (nil, 1)
        }
      }
    }
    let jobs = jobs ?? caller.jobs ?? processorCount
    if jobs == 1 { return (nil, 1) }
    do {
      return (try Jobserver(for: jobs, in: build), jobs)
    } catch {
      warn(noSlots(error))
      return (nil, jobs)
    }
  }
}
