EAPI=8

DESCRIPTION="A header that a script has made"
HOMEPAGE="https://wiki.gentoo.org/"
S="${WORKDIR}"

LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64"
DEPEND="dev-util/generate"

src_compile() {
	"${ESYSROOT}"/usr/bin/generate >generated.h || die
}

src_install() {
	doheader generated.h
}
