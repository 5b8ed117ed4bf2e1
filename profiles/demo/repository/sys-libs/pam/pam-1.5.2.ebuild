# Distributed under the terms of the MIT license

EAPI=8

MY_P="Linux-PAM-${PV}"
DESCRIPTION="Pluggable authentication modules"
HOMEPAGE="https://github.com/linux-pam/linux-pam"
SRC_URI="apt://pam/pam_${PV}.orig.tar.xz -> ${MY_P}.tar.xz"
S="${WORKDIR}/${MY_P}"

LICENSE="|| ( BSD GPL-2 )"
SLOT="0"
KEYWORDS="amd64 arm64"
IUSE="nls"

# See libcap: each needs the other.
DEPEND="
	sys-libs/libcap
	sys-libs/libxcrypt:=
"
RDEPEND="${DEPEND}"

PATCHES=( "${FILESDIR}"/${P}-chkpwd-capabilities.patch )

src_configure() {
	local myeconfargs=(
		--includedir="${EPREFIX}"/usr/include/security
		--sbindir="${EPREFIX}"/usr/sbin
		--disable-audit
		--disable-db
		--disable-doc
		--disable-econf
		--disable-nis
		--disable-prelude
		--disable-selinux
		$(use_enable nls)
	)
	econf "${myeconfargs[@]}"
}

src_install() {
	default
	find "${ED}" -name '*.la' -delete || die

	fperms 4755 /usr/sbin/unix_chkpwd

	insinto /etc/pam.d
	doins "${FILESDIR}"/other
}
