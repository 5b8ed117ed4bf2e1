import Platform
import PortageFiles
import Stamps

/// The variables of make.defaults and make.conf on which the result of a build may depend. These are all variables that
/// Portage passes to ebuilds, because any ebuild may read any of them, except those that only affect how a build
/// proceeds and those that Portage compares itself.
struct EbuildVariables {
  /// Ordered by name.
  let entries: [Listing.Entry]

  /// - Parameter usedByScripts: the names of the variables that hooks use. These count even if they are withheld from
  ///   ebuilds.
  init(_ variables: [String: ConfigurationVariables.Value], usedByScripts: Set<String>) {
    func words(_ name: String) -> [Substring] {
      String(decoding: variables[name]?.value ?? [], as: UTF8.self).split(separator: " ")
    }
    // The values of these are USE flags, which Portage compares.
    let flags = Set((words("USE_EXPAND") + words("USE_EXPAND_UNPREFIXED")).map(String.init))
    var entries: [Listing.Entry] = []
    for (name, variable) in variables.sorted(by: { $0.key < $1.key }) {
      let isCompared = name == "USE" || flags.contains(name)
      let isUsed = usedByScripts.contains(name) && !isCompared
      // Names that begin with `__` are for make.conf's own use.
      let isHandedOn = !name.hasPrefix("__") && !isCompared && !Self.isWithheld(name)
      if isUsed || isHandedOn, name != "FEATURES" || isUsed {
        entries.append(Listing.Entry(key: name.utf8, value: variable.value, place: variable.place))
      } else if name == "FEATURES", let features = Self.features(words(name)) {
        entries.append(Listing.Entry(key: name.utf8, value: features.utf8, place: variable.place))
      }
    }
    self.entries = entries
  }

  /// The features among the words that change what is installed, each with its last setting; nil if there are none.
  private static func features(_ words: [Substring]) -> String? {
    var last: [Substring: Bool] = [:]
    for word in words {
      if word == "-*" { last = last.mapValues { _ in false } }
      let name = word.hasPrefix("-") ? word.dropFirst() : word
      if features.contains(String(name)) { last[name] = !word.hasPrefix("-") }
    }
    if last.isEmpty { return nil }
    return last.sorted { $0.key < $1.key }.map { ($0.value ? "" : "-") + $0.key }.joined(separator: " ")
  }

  /// The features that change what is installed, by make.conf(5).
  private static let features: Set<String> = [
    "binpkg-docompress", "binpkg-dostrip", "compressdebug", "dedupdebug", "fixlafiles", "installsources",
    "nodoc",
    "noinfo", "noman", "nostrip", "sfperms", "splitdebug", "strict-keepdir", "suidctl", "test", "xattr",
  ]

  private static func isWithheld(_ name: String) -> Bool {
    let prefixes = [
      "ACCEPT_", "BINPKG_", "CCACHE_", "DISTCC_", "EMERGE_", "FETCHCOMMAND", "PORTAGE_ELOG_", "PORTAGE_FETCH_",
      "PORTAGE_GPG_", "PORTAGE_LOG", "PORTAGE_RSYNC_", "PORTAGE_SCHEDULING_", "RESUMECOMMAND", "USE_EXPAND",
    ]
    return withheld.contains(name) || prefixes.contains { name.hasPrefix($0) }
  }

  /// The variables that Portage withholds from ebuilds (`environ_filter` in
  /// `portage/package/ebuild/_config/special_env_vars.py` of 3.0.83), and those that only affect where and how fast
  /// something is built and how the result is stored.
  private static let withheld: Set<String> = [
    "ALLOW_TEST", "AUTOCLEAN", "BOOTSTRAP_USE", "CLEAN_DELAY", "COLLISION_IGNORE", "CONFIG_PROTECT",
    "CONFIG_PROTECT_MASK", "DISTDIR", "EGENCACHE_DEFAULT_OPTS", "ENV_UNSET", "GENTOO_MIRRORS", "INSTALL_MASK",
    "IUSE_IMPLICIT", "LC_MESSAGES", "MAKEFLAGS", "MAKEOPTS", "NINJAOPTS", "NOCOLOR", "NO_COLOR", "PKGDIR",
    "PORTAGE_ARCHLIST", "PORTAGE_BINHOST", "PORTAGE_BINPKG_FORMAT", "PORTAGE_CHECKSUM_FILTER",
    "PORTAGE_DEPCACHEDIR",
    "PORTAGE_IONICE_COMMAND", "PORTAGE_NICENESS", "PORTAGE_PACKAGE_EMPTY_ABORT", "PORTAGE_REPO_DUPLICATE_WARN",
    "PORTAGE_RO_DISTDIRS", "PORTAGE_SSH_OPTS", "PORTAGE_SYNC_STALE", "PORTAGE_TMPDIR", "PORTAGE_TRUST_HELPER",
    "PORTDIR", "PORTDIR_OVERLAY", "PROFILE_ONLY_VARIABLES", "QUICKPKG_DEFAULT_OPTS", "RPMDIR", "SYNC",
    "UNINSTALL_IGNORE", "USE_ORDER",
  ]
}
