/// The options with which emerge is called. docs/design.md says what each is for.
enum EmergeOptions {
  /// For the question what a root consists of: all that Portage can see of the configuration counts.
  static let resolve = ["--oneshot", "--update", "--deep", "--newuse", "--with-bdeps=y", "--backtrack=30"]

  /// For what breaks a circle. A package that is already installed, with any flags, is not merged again.
  static let bootstrap = ["--oneshot", "--noreplace", "--buildpkg=n"]

  /// For the packages of a list.
  static let install = ["--oneshot", "--with-bdeps=y", "--buildpkg", "--usepkg"] + fitting

  /// For the packages of a list, as binary packages only.
  static let buildOnly = ["--oneshot", "--buildpkgonly"]

  /// For a root made from binary packages.
  static let take = ["--oneshot", "--usepkgonly"] + fitting

  /// For packages whose code runs when they are merged: it may see what others have left.
  static let takeInOrder = take + ["--jobs=1"]

  /// For packages that are merged before what they need.
  static let takeAlone = take + ["--nodeps"]

  /// The options that restrict emerge to binary packages that fit the configuration. `BuildRecords` compares patches.
  private static let fitting = [
    "--binpkg-respect-use=y", "--binpkg-changed-deps=y", "--binpkg-respect-user-patches=n",
  ]
}
