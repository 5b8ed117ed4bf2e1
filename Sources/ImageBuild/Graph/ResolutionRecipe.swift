import PortageFiles

/// What the question is made from which packages the image consists of, and how it is asked.
struct ResolutionRecipe {
  let folders: RecipeFolders
  /// The ebuild repositories, as inputs.
  let repositories: [String]
  let bootstrap: [BootstrapList.Step]
  let sets: ImageSets
  let isLocked: Bool
  let environment: [String]

  var inputs: [String] {
    let configurations = ["bootstrap", "target", "host"].map { folders.configuration($0).input }
    let sets = self.sets.names.map { "set:sets/\($0).packages" }
    let rules = followRules.map { "file:\($0)" }
    return configurations + ["file:${HOSTS}/resolve", "tool:emerge"] + sets + rules + repositories
      + (isLocked ? ["file:${LOCK}"] : [])
  }

  /// Of `helper resolve`, but for the folder of the lists.
  var arguments: String {
    let circles = bootstrap.map { step in
      "\"\(([step.atom.description] + step.flags).joined(separator: " "))\""
    }
    let configurations = ["target", "bootstrap"].map { folders.configuration($0).place }
    let sets = self.sets.names.flatMap { ["--\($0)", "${set:sets/\($0).packages}"] }
    let rules = followRules.map { "${SOURCE}/\($0)" }
    var words = ["${HOSTS}"] + configurations + ["--bootstrap"] + circles + sets
    if !rules.isEmpty { words += ["--follow"] + rules }
    if isLocked { words += ["--lock", "${LOCK}"] }
    return words.joined(separator: " ")
  }

  private var followRules: [String] { folders.filesIfAny("follow.packages") }
}
