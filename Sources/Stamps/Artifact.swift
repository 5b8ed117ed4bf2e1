/// Something that a target reads or makes, named in a way that stays the same from run to run.
///
/// The state it is in is an `Observation`.
public struct Artifact: Hashable, Sendable {
  /// What kind of thing it is, and so what counts as a change of it. The layers above add kinds of their own.
  public struct Kind: RawRepresentable, Hashable, Sendable {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// A file's content, executable bit and existence, links followed.
    public static let file = Self(rawValue: "file")
    /// A folder and everything below it: names, types, contents, executable bits, link targets.
    public static let tree = Self(rawValue: "tree")
    /// A symbolic link's own target.
    public static let link = Self(rawValue: "link")
    /// The value of a variable that the recipe uses.
    public static let value = Self(rawValue: "value")
    /// An environment variable that is passed on to the recipe.
    public static let environment = Self(rawValue: "env")
    /// The program that a name finds on PATH.
    public static let tool = Self(rawValue: "tool")
    /// What the last success of a target without outputs was made from.
    public static let result = Self(rawValue: "result")
    /// Files that were downloaded to a folder of this machine. No cache has them.
    public static let sources = Self(rawValue: "sources")
  }

  public let kind: Kind
  /// A path relative to the source tree, or one that begins with `${O}` or `${IMAGESDIR}`; or the name of
  /// a variable, a program or a target.
  public let name: String
  /// What is left out of a tree: a name at any depth, or, if there is a slash in it, a path from the tree's
  /// root.
  public let excluding: [String]

  public init(_ kind: Kind, _ name: String, excluding: [String] = []) {
    self.kind = kind
    self.name = name
    self.excluding = excluding.sorted()
  }
}

extension Artifact {
  /// Compares the bytes of the names: two spellings of an accented letter are equal as `String`s, but two names
  /// to a file system.
  public static func == (left: Artifact, right: Artifact) -> Bool {
    left.kind == right.kind && left.name.utf8.elementsEqual(right.name.utf8)
      && left.excluding.elementsEqual(right.excluding) { $0.utf8.elementsEqual($1.utf8) }
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(kind)
    for text in [name] + excluding {
      var text = text
      text.withUTF8 { unsafe hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
      hasher.combine(0xFF as UInt8)
    }
  }
}

extension Artifact: CustomStringConvertible {
  /// As a targets file declares it.
  public var description: String {
    ([kind.rawValue + ":" + name] + excluding.map { "!" + $0 }).joined(separator: " ")
  }
}

/// The state that an artifact was seen in. A missing artifact has none.
public struct Observation: Hashable, Sendable {
  /// For a file what `sha256sum` prints; for anything else the digest of its canonical listing or text.
  public let digest: Digest
  /// The owner's execute bit of a file; false for all other kinds.
  public let isExecutable: Bool

  public init(_ digest: Digest, isExecutable: Bool = false) {
    self.digest = digest
    self.isExecutable = isExecutable
  }
}

/// The parts of an observation, to explain a change.
public enum Detail: Hashable, Sendable {
  /// There are no parts.
  case none
  /// A short text: a variable's value, a program's path.
  case text(String)
  case listing(Listing)
}
