EAPI=8

DESCRIPTION="A program that is compiled with a header that a script has made"
HOMEPAGE="https://wiki.gentoo.org/"
S="${WORKDIR}"

LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64"
DEPEND="dev-libs/generated"

src_compile() {
	"${CHOST}-gcc" ${CFLAGS} "${FILESDIR}"/show.c -o show || die
}

src_install() {
	dobin show
}
