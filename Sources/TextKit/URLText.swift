/// Whether a text is a URL that web servers have, rather than a path.
package func isURL(_ text: String) -> Bool { text.hasPrefix("http://") || text.hasPrefix("https://") }
