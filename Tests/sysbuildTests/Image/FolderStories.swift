import Platform
import Testing

/// Folders in which no image can be built: that is said before anything runs, and what to do.
@Suite struct FolderStories {
  /// A story beside whose tree there is one of an image, called `image`.
  private func story() throws -> BuildStory {
    let story = try BuildStory()
    let tests = Path("\(#filePath)").parent
    try story.shell("cp -a '\(tests)/tiny' \"$D/image\"; cp -a '\(tests)/../../../hosts' \"$D/image/hosts\"")
    return story
  }

  @Test(
    "a path of O with which a kernel or packages cannot be built",
    arguments: [("with blank", "a blank"), ("a:b", "':'"), ("a$b", "'$'"), ("tab\tin", "'\\t'")])
  func path(_ name: String, _ what: String) throws {
    let story = try story()
    let error =
      "O ('DIR/\(name)') has \(what) in its path, with which neither a kernel nor many packages can be built"
    let remedy = "use a folder whose path has only letters, digits and any of '/._-+', as in O=/var/tmp/out"
    let words = ["-C", "../image", "VARIANT=tiny", "O=\(story.folder)/\(name)"]
    let doctor = try story.run(words + ["doctor"])
    #expect(doctor.status == 2)
    let shown = error.replacing("\t", with: "\\t")
    #expect(doctor.out.contains("error    \(shown)\n         → \(remedy)\n"), "\(doctor.out)")
    let build = try story.run(words + ["image"])
    #expect(build.status == 2 && build.out.isEmpty)
    #expect(build.err.hasPrefix("sysbuild: \(shown): \(remedy)\n"), "\(build.err)")
    #expect(!File.exists(story.folder / name / "host"))
    // What is only read has any name, and so has what is published.
    try story.shell("cp -a \"$D/image\" \"$D/an image\"")
    let plan = try story.run(
      [
        "-C", "../an image", "VARIANT=tiny", "O=\(story.folder)/o", "IMAGESDIR=\(story.folder)/im ages",
        "doctor",
      ])
    #expect(!plan.out.contains("in its path, with which"), "\(plan.out)")
  }

  @Test("what fills O, and how to make room", .enabled(if: SystemStories.canMount)) func fullFolder() throws {
    let story = try story()
    let ran = try story.shellFailing(
      """
      mkdir "$D/o"; \(SystemStories.privately) 'mount -t tmpfs -o size=64m none "$D/o"; cd "$D/o"
        mkdir -p tmp/sysroot/portage/a/b-1/work distfiles; head -c 40M /dev/zero > tmp/sysroot/portage/a/b-1/work/x
        head -c 4M /dev/zero > distfiles/y; cd "$D/image"
        "$B" VARIANT=tiny O="$D/o" image || echo $?
        head -c 30M /dev/zero > "$D/o/z" || true
        "$B" VARIANT=tiny O="$D/o" image || echo $?; "$B" VARIANT=tiny O="$D/o" doctor'
      """)
    let remedy =
      "remove 'DIR/o/tmp' (40 MiB, left by builds that failed or were cut off), or use another folder"
    #expect(ran.out.hasPrefix("2\n2\n"))
    #expect(
      ran.err.contains(
        "free, which is not enough for any build; it holds 44 MiB: 40 MiB in tmp, 4 MiB in distfiles, …: \(remedy)\n"
      ),
      "\(ran.err)")
    #expect(
      ran.err.contains(
        "sysbuild: O ('DIR/o') has 0 bytes free, and it holds 64 MiB: 40 MiB in tmp, 20 MiB in z, 4 MiB in distfiles"
      ),
      "\(ran.err)")
    #expect(ran.out.contains(" → \(remedy)\n"), "\(ran.out)")
  }
}
