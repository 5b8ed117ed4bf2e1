import BuildGraph
import Platform
import Testing

@Test func namesOfPaths() {
  let locations = Locations(source: "/s/./t/", build: "/s/t/out", images: "/s/t/out/images")
  let cases: [(String, String, Bool)] = [
    ("a", "a", false), ("./a//b/../c", "a/c", false), (".", ".", false), ("../x", "/s/x", false),
    ("/etc", "/etc", false), ("out", "${O}", true), ("out/a", "${O}/a", true), ("outer", "outer", false),
    ("out/images", "${IMAGESDIR}", true), ("out/images/x", "${IMAGESDIR}/x", true),
    ("out/../y", "y", false), ("/", "/", false), ("out/.hidden", "${O}/.hidden", true),
    ("out/...", "${O}/...", true), ("out/a/", "${O}/a", true), ("out/..", ".", false),
  ]
  for (text, name, isWritable) in cases {
    let path = locations.path(of: text)
    #expect("\(locations.name(of: path))" == name, "\(text)")
    #expect(locations.isWritable(path) == isWritable, "\(text)")
    #expect(path == (locations.source / text).normalized, "\(text)")
  }
  let root = Locations(source: "/", build: "/out", images: "/images")
  #expect(root.name(of: "/a/b") == "a/b")
  #expect(root.name(of: "/images") == "${IMAGESDIR}")
}
