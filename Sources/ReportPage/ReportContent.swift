/// What a report tells of a build. All sizes are bytes, all times seconds.
package struct ReportContent {
  /// The variant, or the name of the source tree.
  package var title: String
  /// O.
  package var build: String
  /// Nil if there is no root file system: there is no image in the graph, or it was not built yet.
  package var image: Image?
  /// Whether an image is among what can be built.
  package var hasImage: Bool
  /// The runs on record, the newest first.
  package var runs: [Run] = []
  /// The names of the targets that each needs.
  package var needs: [String: [String]] = [:]
  /// What the last run of each target had to say.
  package var warnings: [Warning] = []

  package init(title: String, build: String, hasImage: Bool) {
    self.title = title
    self.build = build
    self.hasImage = hasImage
  }

  /// The root file system, and what is made from it.
  package struct Image {
    /// The packages, and what belongs to none.
    package var parts: [Part]
    /// The sizes of the files that are made: `rootfs.squashfs`, `vmlinuz`.
    package var files: [ImageFile]
    /// Nil if there is no other image to compare with.
    package var comparison: Comparison?

    package init(parts: [Part], files: [ImageFile]) {
      self.parts = parts
      self.files = files
    }
  }

  /// A file of the image, and its size in the image that it is compared with.
  package struct ImageFile {
    let name: String
    let size: Int
    let oldSize: Int?
    /// Whether what it is made from has changed since.
    let isOutOfDate: Bool

    package init(name: String, size: Int, oldSize: Int?, isOutOfDate: Bool) {
      self.name = name
      self.size = size
      self.oldSize = oldSize
      self.isOutOfDate = isOutOfDate
    }
  }

  /// The files of a package, or files of another origin.
  package struct Part {
    let name: String
    /// Nil for what is no package.
    let version: String?
    let license: String
    let folders: [Folder]

    package init(name: String, version: String?, license: String = "", folders: [Folder]) {
      self.name = name
      self.version = version
      self.license = license
      self.folders = folders.filter { $0.size > 0 }.sorted { ($1.size, $0.path) < ($0.size, $1.path) }
    }

    var isPackage: Bool { version != nil }
    var fullName: String { "\(name) \(version ?? "")" }
    var size: Int { folders.reduce(0) { $0 + $1.size } }
  }

  /// A folder and the size of its files: `usr/share/locale`.
  package struct Folder {
    let path: String
    let size: Int

    package init(path: String, size: Int) {
      self.path = path
      self.size = size
    }
  }

  /// The packages of another image, held against those of this one.
  package struct Comparison {
    /// The file that has the packages of the other image.
    let file: String
    /// How it is called in a sentence: `the published image`.
    let name: String
    let oldSize: Int
    let newSize: Int
    /// All packages of both, the same ones too.
    let changes: [Change]

    package init(file: String, name: String, oldSize: Int, newSize: Int, changes: [Change]) {
      self.file = file
      self.name = name
      self.oldSize = oldSize
      self.newSize = newSize
      self.changes = changes
    }
  }

  package struct Change {
    package enum Kind {
      case added
      case removed
      case kept
    }

    let package: String
    /// Of this image, or of the other if the package is gone.
    let version: String
    let kind: Kind
    let oldSize: Int
    let newSize: Int
    /// What differs, in words; empty if nothing does.
    let parts: [String]

    package init(
      package: String, version: String, kind: Kind, oldSize: Int, newSize: Int, parts: [String]
    ) {
      self.package = package
      self.version = version
      self.kind = kind
      self.oldSize = oldSize
      self.newSize = newSize
      self.parts = parts
    }

    var growth: Int { newSize - oldSize }
  }

  package struct Run {
    let began: String
    let command: String
    /// In words: `done`, `failed`, `cut off`.
    let ending: String
    let hasFailed: Bool
    /// Nil if it has not ended.
    let seconds: Double?
    /// The targets that ran.
    let targets: [Target]

    package init(
      began: String, command: String, ending: String, hasFailed: Bool, seconds: Double?, targets: [Target]
    ) {
      self.began = began
      self.command = command
      self.ending = ending
      self.hasFailed = hasFailed
      self.seconds = seconds.map(plausible)
      self.targets = targets
    }
  }

  package struct Target {
    let name: String
    /// In words, if it was not made here: `failed`, `fetched`.
    let ending: String
    let hasFailed: Bool
    /// When it began, from the beginning of the run; nil if that is not on record.
    let began: Double?
    let seconds: Double
    let reasons: [String]
    let packages: [Work]

    package init(
      name: String, ending: String, hasFailed: Bool, began: Double?, seconds: Double, reasons: [String],
      packages: [Work]
    ) {
      self.name = name
      self.ending = ending
      self.hasFailed = hasFailed
      self.began = began.map(plausible)
      self.seconds = plausible(seconds)
      self.reasons = reasons
      self.packages = packages
    }
  }

  /// A package that was built, or merged from a binary package.
  package struct Work {
    let name: String
    let isBinary: Bool
    let began: Double?
    let seconds: Double

    package init(name: String, isBinary: Bool, began: Double?, seconds: Double) {
      self.name = name
      self.isBinary = isBinary
      self.began = began.map(plausible)
      self.seconds = plausible(seconds)
    }
  }

  package struct Warning {
    let target: String
    /// When the run began that it comes from.
    let run: String
    let text: String
    /// Whether the target failed for it.
    let isFailure: Bool

    package init(target: String, run: String, text: String, isFailure: Bool) {
      self.target = target
      self.run = run
      self.text = text
      self.isFailure = isFailure
    }
  }
}

/// A number of seconds from a record, which may be damaged and hold any number.
private func plausible(_ seconds: Double) -> Double { seconds.isFinite ? min(max(0, seconds), 1e9) : 0 }
