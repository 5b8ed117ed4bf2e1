extension Command {
  /// For `make install`.
  static let manPage = Command(
    "man-page", summary: "the man page", words: .none, isHidden: true,
    run: { _ in try Program.show(ManPage.text) })
}
