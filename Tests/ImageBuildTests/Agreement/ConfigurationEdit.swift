import Testing

/// An edit of a configuration, and whether it changes what Portage would do.
struct ConfigurationEdit: CustomTestStringConvertible, Sendable {
  let testDescription: String
  /// The files before the edit, besides the profile. Names are relative to etc/portage, or to the tree if they begin with
  /// `/`.
  let before: [String: String]
  /// The files that the edit writes, or, where the value is nil, removes.
  let after: [String: String?]
  let matters: Bool

  init(_ description: String, _ before: [String: String], _ after: [String: String?], matters: Bool) {
    testDescription = description
    self.before = before
    self.after = after
    self.matters = matters
  }

  /// An edit of one file.
  init(_ description: String, _ name: String, _ before: String, _ after: String, matters: Bool) {
    self.init(description, [name: before], [name: after], matters: matters)
  }
}
