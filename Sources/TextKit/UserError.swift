/// A mistake of the user's, or a state of the system, that ends the command: one line, or a few, which say where it
/// is, what it is, and how to mend it.
///
/// Each module keeps its own messages as static members of this type, in one file.
package struct UserError: Error, Hashable, CustomStringConvertible, Sendable {
  package let description: String

  package init(_ description: String) {
    self.description = description
  }
}
