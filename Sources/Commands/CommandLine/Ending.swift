/// How the process ends.
package enum Ending: Equatable {
  case exit(Int32)
  /// The process ends by this signal, so that its parent sees it.
  case die(of: CInt)
}
