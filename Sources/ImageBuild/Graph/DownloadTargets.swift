package import BuildGraph

/// The targets that download what others would, ahead of them. No other target needs them: a build that has a network
/// downloads only what it builds.
extension ImageGraph {
  var downloads: [ImageTarget] { host.downloads.map(target) + [packageSources] }

  private var packageSources: ImageTarget {
    let recipe = resolutionRecipe
    return ImageTarget(
      "package-sources",
      summary: "The sources of all packages, in DISTDIR",
      needs: [Self.resolutionName],
      inputs: recipe.inputs,
      outputs: ["sources:${O}/sources/packages"],
      run: [
        makeFolders,
        .command("sysbuild helper fetch-sources ${O}/sources/packages \(StageStep.lists) \(recipe.arguments)"),
      ],
      environment: recipe.environment)
  }

  private func target(_ download: HostBackend.Download) -> ImageTarget {
    ImageTarget(
      download.name, summary: download.summary, needs: ["host-tools"], inputs: download.inputs,
      outputs: download.lists.map { "sources:\($0)" }, run: download.commands.map(StageStep.command),
      environment: [StageEnvironment.downloads])
  }
}

/// Which targets have to be made while there is a network, so that others can be made without one.
package enum Downloads {
  /// - Parameter targets: what is to be made without a network, with all that it needs.
  /// - Returns: names of targets. One that only another host has may be among them.
  package static func targets(for targets: [Target]) -> [String] {
    let names = targets.map(\.name)
    // They are made, not only downloaded: Portage lies in host-tools, and on Gentoo crossdev is the toolchain.
    let tools = ["host-tools", "toolchain"].filter(names.contains)
    // A variant's own kernel has a source of its own.
    let hasKernel = targets.contains { $0.run.contains { $0.contains("/kernel-source ") } }
    return tools + (names.contains("host-tools") ? ["host-sources"] : [])
      + (names.contains(ImageGraph.resolutionName) ? ["package-sources"] : [])
      + (hasKernel ? ["kernel-sources"] : [])
  }
}
