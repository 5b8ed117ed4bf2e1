/// How the process ends.
package enum Ending: Equatable {
  case exit(Int32)
  /// By this signal, so that the caller sees it.
  case die(of: CInt)
}
