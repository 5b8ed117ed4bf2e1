import Platform
import PortageFiles
import Stamps
import TextKit

/// `helper provenance NAME O [--source PATH…] --published FILE…`: writes what the image in O was built from beside it. NAME is
/// that of the variant, PATH a file or folder of the source tree, which is the working directory.
///
/// The environment has the variables of `ProvenanceStatement.parameters`, BUILDER_ID, SOURCE_COMMITS and PORTAGE_REPOSITORIES.
enum WriteProvenance {
  static func run(_ arguments: [String]) throws {
    let words = Helper.words(arguments)
    guard let places = words[""], places.count == 2, let published = words["--published"],
      Set(words.keys).isSubset(of: ["", "--source", "--published"])
    else { throw UserError.helperUsage("provenance NAME O [--source PATH…] --published FILE…") }
    let build = Path(places[1])
    let repositories = Repositories.folders(inReposConf: variable("PORTAGE_REPOSITORIES"))
    let survey = ProvenanceSurvey(
      build: build, source: try Directory.current(), files: words["--source"] ?? [],
      commits: SourceCommits(variable(SourceCommits.variable)), repositories: repositories)
    let statement = ProvenanceStatement(
      variant: places[0],
      subjects: try published.map { name in
        let file = Path(name)
        return ("\(file.lastComponent)", try SHA256.digest(ofFile: file, followingLinks: true))
      },
      variables: ProvenanceStatement.parameters.map { .init(name: $0, value: variable($0)) }.filter {
        !$0.value.isEmpty
      },
      dependencies: try survey.dependencies(), builder: variable("BUILDER_ID"))
    try AtomicFile.write(Array(statement.text.utf8), to: build / Path(ProvenanceStatement.name), durable: false)
  }

  private static func variable(_ name: String) -> String {
    Environment.value(name).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }
}
