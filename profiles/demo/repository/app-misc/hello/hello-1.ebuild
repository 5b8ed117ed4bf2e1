# Distributed under the terms of the MIT license

EAPI=8

DESCRIPTION="A greeting, for the image only: it is built against the sysroot and never merged into it"
HOMEPAGE="https://wiki.gentoo.org/"
S="${WORKDIR}"

LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64 arm64"

DEPEND="sys-libs/libcap"
RDEPEND="${DEPEND}"

src_compile() {
	"${CHOST}"-gcc ${CFLAGS} ${LDFLAGS} -o hello "${FILESDIR}"/hello.c -lcap || die
}

src_install() {
	dobin hello
}
