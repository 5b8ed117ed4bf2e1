# Distributed under the terms of the MIT license

EAPI=8

DESCRIPTION="The compression of gzip as a library"
HOMEPAGE="https://zlib.net/"
SRC_URI="apt://zlib/zlib_${PV}.dfsg.orig.tar.bz2 -> ${P}.tar.bz2"
S="${WORKDIR}/${P}.dfsg"

LICENSE="ZLIB"
SLOT="0/1"
KEYWORDS="amd64 arm64"

src_configure() {
	CHOST="${CHOST}" ./configure --shared --prefix="${EPREFIX}/usr" --libdir="${EPREFIX}/usr/$(get_libdir)" || die
}

src_install() {
	default
	find "${ED}" -name '*.a' -delete || die
}
