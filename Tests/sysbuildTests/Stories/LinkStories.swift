import Platform
import Testing

/// A tree whose links lead out of it, read by somebody who follows them: `tree:` and `links:` together.
@Suite struct LinkStories {
  private let story: BuildStory

  init() throws {
    story = try BuildStory(
      """
      [target read]
      inputs  = tree:repo !.git !meta/cache
                links:repo !.git !meta/cache
      outputs = file:${O}/read
      run     = touch ${O}/read

      """)
    for name in [
      "repo/a/own", "repo/.git/config", "repo/meta/cache/x", "far/file", "far/folder/x", "far/folder/deep/y",
      "far/other/z", "far/bystander",
    ] {
      try story.write(name, "1")
    }
    try story.shell(
      """
      cd "$S"
      ln -s own repo/a/within; ln -s ../../repo/a/own repo/a/around
      ln -s ../../far/file repo/a/file; ln -s "$S/far/file" repo/a/absolute
      ln -s ../far/folder repo/folder; ln -s ../../other/z far/folder/deep/on
      ln -s ../far/none repo/dangling; ln -s ../far/chain repo/chain; ln -s file far/chain
      ln -s ../meta/cache/x repo/a/cached; ln -s ../.. repo/a/up; ln -s loop repo/loop
      ln -s ../folder far/folder/back; ln -s ../../repo far/folder/home; ln -s /dev/null repo/null
      """)
    try story.run()
    #expect(try story.run().out.contains("up to date"))
  }

  @Test(
    "what a link leads to is part of what is read",
    arguments: [
      ("echo 2 > far/file", "repo changed: a/absolute changed, a/file changed, chain changed"),
      ("chmod +x far/file", "a/file: file → exec"),
      ("echo 2 > far/folder/x", "repo changed: folder/x changed"),
      ("rm far/folder/deep/y", "repo changed: folder/deep/y removed"),
      ("echo 1 > far/folder/new", "repo changed: folder/new added"),
      ("echo 2 > far/other/z", "repo changed: folder/deep/on changed"),
      ("echo 1 > far/none", "repo changed: dangling: nothing → file"),
      ("mkdir far/none; echo 1 > far/none/x", "dangling: nothing → dir"),
      ("ln -sfn other/z far/chain; echo 2 > far/other/z", "chain changed"),
      ("mv far/folder far/was; mkdir far/folder", "repo changed: folder/back removed"),
      ("echo 2 > repo/meta/cache/x", "repo changed: a/cached changed"),
      ("rm far/file", "a/file: file → nothing"),
      (
        "ln -sfn ../../far/bystander repo/a/file",
        "repo changed: a/file: link ../../far/file → link ../../far/bystander"
      ),
    ])
  func edit(_ edit: String, _ reason: String) throws {
    try story.shell("cd \"$S\"; \(edit)")
    let asked = try story.run("-n")
    #expect(asked.out.hasPrefix("read  stale") && asked.out.contains(reason), "\(asked.out)")
    #expect(try story.run().targets == ["read"])
    #expect(try story.run().out.contains("up to date"))
  }

  @Test(
    "what no link leads to is not",
    arguments: [
      "echo 2 > far/bystander", "touch far/file far/folder", "echo 2 > repo/.git/config",
      "echo 2 > repo/meta/cache/y", "mv far/file far/f; ln -s f far/file; rm far/chain; ln -s f far/chain",
    ])
  func vainEdit(_ edit: String) throws {
    try story.shell("cd \"$S\"; \(edit)")
    #expect(try story.run().out.contains("up to date"))
  }

  @Test func affects() throws {
    for (file, isRead) in [
      ("far/file", true), ("far/folder/deep/new", true), ("far/none", true), ("far/bystander", false),
      ("repo/meta/cache/x", true), ("repo/meta/cache/y", false),
    ] {
      let out = try story.run("affects", file).out
      #expect(out.contains("links:repo") == isRead, "\(file): \(out)")
    }
  }
}
