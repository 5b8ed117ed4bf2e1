import BuildSettings

/// The environments of targets that run emerge, as lines of `environment` in a targets file.
enum StageEnvironment {
  /// For targets that run emerge. emerge closes the jobserver's descriptors but does not use MAKEOPTS if MAKEFLAGS is
  /// set, so that each package would be built with one job.
  static let noJobserver = "MAKEFLAGS="

  /// The time that builds write into what they make, where they heed SOURCE_DATE_EPOCH: the first that a zip file can
  /// have, 1980-01-01.
  private static let sourceDate = 315_532_800

  /// The variable that tells a helper of the layers of the variant.
  static func layers(_ folders: VariantFolders) -> [String] {
    ["\(JoinedConfiguration.variable)=\(folders.layers.dropLast().map { $0 + ":" }.joined())${VARIANT}"]
  }

  /// For targets that download.
  static let downloads = "DISTDIR=${DISTDIR}"

  /// The program that runs Portage's emerge.
  static let emerge = "${HOSTS}/emerge"

  /// The environment of a stage that runs emerge. Nothing in it comes from the caller's environment.
  ///
  /// - Parameters:
  ///   - configuration: the configuration root that Portage reads.
  ///   - root: the folder of O in which it installs.
  ///   - features: changes to the configuration's FEATURES.
  static func portage(_ configuration: String, root: String, features: String) -> [String] {
    [
      "ROOT=${O}/\(root)",
      "PORTAGE_CONFIGROOT=\(configuration)",
      "PORTAGE_REPOSITORIES=${PORTAGE_REPOSITORIES}",
      "CHOST=${CHOST}",
      "CBUILD=${CBUILD}",
      "EPREFIX=/",
      "SYSBUILD_EMERGE=\(emerge)",
      "SYSBUILD_TOOLCHAIN=${O}/toolchain",
      "SYSBUILD_SYSROOT=${O}/sysroot",
      "PKGDIR=${O}/packages",
      downloads,
      "GENTOO_MIRRORS=${GENTOO_MIRRORS}",
      "PORTAGE_TMPDIR=${O}/tmp/\(root.hasSuffix(".new") ? root.dropLast(4) : root[...])",
      "EMERGE_LOG_DIR=${O}/portage-logs",
      "PORTAGE_LOGDIR=${O}/portage-logs",
      "PORTAGE_ELOG_SYSTEM=save_summary:log,warn,error,qa echo:warn,error",
      "CONFIG_PROTECT=-*",
      "PORTAGE_DEPCACHEDIR=${O}/tmp/depcache",
      "PORTAGE_USERNAME=root",
      "PORTAGE_GRPNAME=root",
      "EMERGE_DEFAULT_OPTS=--jobs=${JOBS} --load-average=${JOBS}",
      "FEATURES=\(features) \(SpreadCompilation.features)",
      noJobserver,
      "SOURCE_DATE_EPOCH=\(sourceDate)",
      "CLEAN_DELAY=0",
      "EMERGE_WARNING_DELAY=0",
      "NO_COLOR=1",
    ] + SpreadCompilation.environment
  }

  // MARK: For a command of a stage

  /// For a command that builds against the sysroot in a stage for another root.
  static let inSysroot = "ROOT=${O}/sysroot SYSROOT=${O}/sysroot PORTAGE_TMPDIR=${O}/tmp/sysroot "

  /// Keeps files that are only needed to compile against packages out of the image, and those that are for debuggers.
  static let masked = "INSTALL_MASK=\"${INSTALL_MASK} /usr/lib/debug /usr/src/debug\" "

  /// For the command that makes the root with which the destination root begins.
  static let assembly = "ROOT=${O}/assembly/root \(AssemblySettings.foldersVariable)=${O}/assembly/folders "

  /// Without it Portage would write the list of unread news into the image.
  static let noNews = "-news"
}
