EAPI=8

DESCRIPTION="A shared library whose header includes another's"
HOMEPAGE="https://wiki.gentoo.org/"
S="${WORKDIR}"

LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64"
DEPEND="dev-libs/unit"
RDEPEND="dev-libs/unit"

src_compile() {
	"${CHOST}-gcc" ${CFLAGS} -shared -fPIC "${FILESDIR}"/measure.c -Wl,-soname,libmeasure.so.1 \
		-o libmeasure.so.1 || die
}

src_install() {
	dolib.so libmeasure.so.1
	dosym libmeasure.so.1 /usr/lib/libmeasure.so
	doheader "${FILESDIR}"/measure.h
}
