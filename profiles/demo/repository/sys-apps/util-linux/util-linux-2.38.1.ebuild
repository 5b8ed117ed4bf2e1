# Distributed under the terms of the MIT license

EAPI=8

DESCRIPTION="Linux utilities: those of them that the demo uses"
HOMEPAGE="https://www.kernel.org/pub/linux/utils/util-linux/"
SRC_URI="apt://util-linux/util-linux_${PV}.orig.tar.xz -> ${P}.tar.xz"

LICENSE="GPL-2 GPL-3 LGPL-2.1 BSD-4 MIT public-domain"
SLOT="0"
KEYWORDS="amd64 arm64"
IUSE="nls +pam"

DEPEND="pam? ( sys-libs/pam )"
RDEPEND="${DEPEND}"

src_configure() {
	local myeconfargs=(
		--disable-all-programs
		--enable-libblkid
		--enable-libsmartcols
		--enable-libuuid
		--enable-blkid
		--enable-lscpu
		$(use_enable nls)
		$(use_enable pam runuser)
		$(use_enable pam su)
		--without-ncurses
		--without-ncursesw
		--without-python
		--without-systemd
		--without-tinfo
		--disable-asciidoc
		--disable-bash-completion
		--disable-static
	)
	econf "${myeconfargs[@]}"
}

src_install() {
	default
	find "${ED}" -name '*.la' -delete || die

	if use pam; then
		insinto /etc/pam.d
		newins "${FILESDIR}"/su.pam su
		newins "${FILESDIR}"/su.pam runuser
	fi
}
