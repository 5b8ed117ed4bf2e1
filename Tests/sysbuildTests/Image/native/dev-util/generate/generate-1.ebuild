EAPI=8

DESCRIPTION="A script that makes a header"
HOMEPAGE="https://wiki.gentoo.org/"
S="${WORKDIR}"

LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64"

src_install() {
	dobin "${FILESDIR}"/generate
}
