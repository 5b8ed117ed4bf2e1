EAPI=8

DESCRIPTION="A static library"
HOMEPAGE="https://wiki.gentoo.org/"
S="${WORKDIR}"

LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64"

src_compile() {
	"${CHOST}-gcc" ${CFLAGS} -c "${FILESDIR}"/count.c -o count.o || die
	"${CHOST}-ar" rc libcount.a count.o || die
}

src_install() {
	dolib.a libcount.a
	doheader "${FILESDIR}"/count.h
	dodoc "${FILESDIR}"/NOTES
	insinto /usr/share/locale/de
	doins "${FILESDIR}"/NOTES
}
