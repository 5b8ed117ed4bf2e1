EAPI=8

DESCRIPTION="A program that is linked with a shared library"
HOMEPAGE="https://wiki.gentoo.org/"
S="${WORKDIR}"

LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64"
DEPEND="dev-libs/measure"
RDEPEND="dev-libs/measure"

src_compile() {
	"${CHOST}-gcc" ${CFLAGS} "${FILESDIR}"/ruler.c -lmeasure -o ruler || die
}

src_install() {
	dobin ruler
}
