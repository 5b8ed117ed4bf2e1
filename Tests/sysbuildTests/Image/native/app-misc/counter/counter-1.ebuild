EAPI=8

DESCRIPTION="A program that contains a static library"
HOMEPAGE="https://wiki.gentoo.org/"
S="${WORKDIR}"

LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64"
DEPEND="dev-libs/count:="

src_compile() {
	"${CHOST}-gcc" ${CFLAGS} "${FILESDIR}"/counter.c -lcount -o counter || die
}

src_install() {
	dobin counter
}
