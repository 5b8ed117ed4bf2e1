/// An error that ends the command, with its message: a mistake of the user's or a problem of the system. The
/// message is one line or a few, and says where the error is, what it is and how to fix it.
///
/// Each module keeps its messages as static members of this type, in one file.
package struct UserError: Error, Hashable, CustomStringConvertible, Sendable {
  package let description: String

  package init(_ description: String) {
    self.description = description
  }
}
