# Distributed under the terms of the MIT license

EAPI=8

DESCRIPTION="The common Unix utilities in one small program"
HOMEPAGE="https://www.busybox.net/"
SRC_URI="apt://busybox/busybox_${PV}.orig.tar.bz2 -> ${P}.tar.bz2"

LICENSE="GPL-2"
SLOT="0"
KEYWORDS="amd64 arm64"

src_configure() {
	# busybox's kconfig ignores a fragment given to allnoconfig.
	emake allnoconfig
	sed -i -f <(sed -n 's/^\(CONFIG_[A-Z0-9_]*\)=y$/s,^# \1 is not set$,\1=y,/p' "${FILESDIR}"/applets.config) \
		-e 's/^\(CONFIG_SH_IS_ASH\)=y$/# \1 is not set/' .config || die
	emake oldconfig < <(yes "")
}

src_compile() {
	emake CROSS_COMPILE="${CHOST}-" HOSTCC="${CBUILD}-gcc" \
		EXTRA_CFLAGS="${CFLAGS}" EXTRA_LDFLAGS="${LDFLAGS}" SKIP_STRIP=y \
		busybox busybox.links
}

src_install() {
	dobin busybox

	local link
	while read -r link; do
		[[ ${link} == /usr/* ]] || link=/usr${link}
		dosym -r /usr/bin/busybox "${link}"
	done < busybox.links || die
}
