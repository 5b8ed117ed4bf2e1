EAPI=8

DESCRIPTION="A header that another library's header includes"
HOMEPAGE="https://wiki.gentoo.org/"
S="${WORKDIR}"

LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64"

src_install() {
	doheader "${FILESDIR}"/unit.h
}
