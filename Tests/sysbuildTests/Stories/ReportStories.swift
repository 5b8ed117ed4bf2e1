import Platform
import Testing

/// `sysbuild report` where there is no image, or not all that it tells of.
@Suite struct ReportStories {
  @Test func whereNothingWasBuiltThereIsNothingToReport() throws {
    let story = try BuildStory("[target x]\nrun = true\n")
    try story.expect(
      "report", status: 2,
      err:
        "sysbuild: there is nothing to report: nothing was built in 'DIR/tree/out' yet; build it first: sysbuild\n"
    )
    #expect(!story.exists("out"))
  }

  @Test func ofABuildWithoutAnImageTheTimesAndWarnings() throws {
    let story = try BuildStory(
      """
      [target a]
      run = echo "sysbuild: warning: mind <this>"

      [target b]
      needs = a
      run = false

      """)
    #expect(try story.run("b").status == 2)
    try story.expect("report", out: "DIR/tree/out/report.html\n")
    let page = try story.read("out/report.html")
    for text in [
      "<h1>tree</h1>", "The last run failed after", "<b>a</b>: mind &lt;this&gt;", "<b>b failed</b>: ",
      "critical path a → b",
    ] {
      #expect(page.contains(text), "\(text)")
    }
    #expect(!page.contains("root file system") && !page.contains("Licences"))
    // FILE is relative to the folder in which sysbuild was started.
    try story.expect("report", "here.html", out: "here.html\n")
    #expect(try story.read("here.html") == page)
    try story.shell("cd \"$S\" && \"$B\" report - | cmp - out/report.html")
  }

  /// What is written twice, or nowhere, is not ignored.
  @Test func mistakes() throws {
    let story = try BuildStory("[target x]\nrun = true\n")
    try story.expect("report", "a", "b", status: 2, err: "sysbuild: 'report' writes one file: leave out 'b'\n")
    try story.expect(
      "report", "--against", "a", status: 2,
      err: "sysbuild: option '--against' compares images, and with 'graph = none' there is none\n")
    _ = try story.run()
    try story.expect(
      "report", "none/a.html", status: 2,
      err: "sysbuild: cannot write 'none/a.html': No such file or directory\n")
  }
}
