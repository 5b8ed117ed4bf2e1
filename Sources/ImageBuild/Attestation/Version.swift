/// The version of sysbuild, which `--version`, the man page and CHANGELOG.md name.
package enum Version {
  package static let text = "0.2.0"
}
