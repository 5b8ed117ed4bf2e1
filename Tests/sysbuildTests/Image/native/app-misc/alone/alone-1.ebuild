EAPI=8

DESCRIPTION="Nothing is built against it"
HOMEPAGE="https://wiki.gentoo.org/"
S="${WORKDIR}"

LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64"

src_install() {
	insinto /usr/share/alone
	doins "${FILESDIR}"/alone
}
