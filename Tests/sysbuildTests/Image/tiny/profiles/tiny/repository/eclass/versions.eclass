# Installs a file that names the version and the USE flags.
EXPORT_FUNCTIONS src_install

versions_src_install() {
	insinto /usr/share/versions
	newins - ${PN} <<<"${P} USE=${USE}"
}
