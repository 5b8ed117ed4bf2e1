EAPI=8

DESCRIPTION="A file that others are put together from"
HOMEPAGE="https://wiki.gentoo.org/"
S="${WORKDIR}"

LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64"

src_install() {
	insinto /usr/share/firmware
	doins "${FILESDIR}"/blob
}
