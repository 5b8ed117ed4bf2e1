/// Something that a target reads or makes, named in a way that stays the same from run to run.
///
/// It does not say what state that thing is in (`Observation`) nor how to look at it.
public struct Artifact: Hashable, Sendable {
  /// What kind of thing it is, and so what counts as a change of it.
  ///
  /// Open for the layers above: a kind is only a word here.
  public struct Kind: RawRepresentable, Hashable, Sendable {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// A file's content, executable bit and existence, links followed.
    public static let file = Self(rawValue: "file")
    /// A folder with all that lies below it: names, types, contents, executable bits, link targets.
    public static let tree = Self(rawValue: "tree")
    /// A symbolic link's own target.
    public static let link = Self(rawValue: "link")
    /// A variable's value as the recipe sees it.
    public static let value = Self(rawValue: "value")
    /// An environment variable that is passed through.
    public static let environment = Self(rawValue: "env")
    /// The program that a name finds on PATH.
    public static let tool = Self(rawValue: "tool")
    /// What a target that declares no output was last made from.
    public static let result = Self(rawValue: "result")
  }

  public let kind: Kind
  /// A path relative to the source tree, or one that begins with `${O}` or `${IMAGESDIR}`; or the name of
  /// a variable, a program or a target.
  public let name: String
  /// Paths below a tree that are left out: a name at any depth, or, with a slash, a path from the tree.
  public let excluding: [String]

  public init(_ kind: Kind, _ name: String, excluding: [String] = []) {
    self.kind = kind
    self.name = name
    self.excluding = excluding.sorted()
  }
}

extension Artifact {
  /// By the bytes of the names: to `String`, two spellings of an accented letter are one, to a file system
  /// two.
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

/// The state that an artifact was seen in; a missing one has none.
public struct Observation: Hashable, Sendable {
  /// Of a file what `sha256sum` prints; of anything else the digest of its canonical listing or text.
  public let digest: Digest
  /// The owner's execute bit of a file; false for every other kind.
  public let isExecutable: Bool

  public init(_ digest: Digest, isExecutable: Bool = false) {
    self.digest = digest
    self.isExecutable = isExecutable
  }
}

/// What an observation consists of, for the explanation of a change.
public enum Detail: Hashable, Sendable {
  /// Nothing beyond the observation itself.
  case none
  /// A short text: a variable's value, a program's path.
  case text(String)
  case listing(Listing)
}
