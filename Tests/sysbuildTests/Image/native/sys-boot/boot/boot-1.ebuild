EAPI=8

DESCRIPTION="An image that is put together from other packages' files"
HOMEPAGE="https://wiki.gentoo.org/"
S="${WORKDIR}"

LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64"
DEPEND="sys-firmware/blob"

src_compile() {
	cat "${ESYSROOT}"/usr/share/firmware/blob - <<<"end" >boot || die
}

src_install() {
	insinto /usr/share/firmware
	doins boot
}
