# Distributed under the terms of the MIT license

EAPI=8

DESCRIPTION="POSIX 1003.1e capabilities"
HOMEPAGE="https://sites.google.com/site/fullycapable/"
SRC_URI="apt://libcap2/libcap2_${PV}.orig.tar.xz -> ${P}.tar.xz"

LICENSE="|| ( GPL-2 BSD )"
SLOT="0"
KEYWORDS="amd64 arm64"
IUSE="+pam"

# libcap's pam_cap module needs pam, and pam's password helper needs libcap: the cycle that the bootstrap breaks.
DEPEND="pam? ( sys-libs/pam )"
RDEPEND="${DEPEND}"

libcap_make() {
	emake \
		CROSS_COMPILE="${CHOST}-" BUILD_CC="${CBUILD}-gcc" \
		CFLAGS="${CFLAGS}" BUILD_CFLAGS="-O1" LDFLAGS="${LDFLAGS}" \
		prefix="${EPREFIX}/usr" lib="$(get_libdir)" sbin=sbin \
		PAM_CAP="$(usex pam)" FORCELINKPAM=yes \
		GOLANG=no USE_GPERF=no PTHREADS=no "$@"
}

src_compile() {
	libcap_make -C libcap
	libcap_make -C progs
	if use pam; then
		libcap_make -C pam_cap pam_cap.so
	fi
}

src_install() {
	libcap_make -C libcap DESTDIR="${D}" install-shared-cap
	libcap_make -C progs DESTDIR="${D}" install
	if use pam; then
		exeinto /usr/$(get_libdir)/security
		doexe pam_cap/pam_cap.so
		insinto /etc/security
		doins pam_cap/capability.conf
	fi
}
