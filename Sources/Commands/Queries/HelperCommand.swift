import ImageBuild

extension Command {
  /// The parts of recipes that are sysbuild's own programs; `Helper` has the list.
  static let helper = Command(
    "helper", "NAME …", summary: "a part of a recipe", words: .everything, isHidden: true,
    run: { invocation in
      try Helper.run(invocation.words)
      return .exit(0)
    })
}
