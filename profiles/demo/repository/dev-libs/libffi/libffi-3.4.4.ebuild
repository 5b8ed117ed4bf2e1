# Distributed under the terms of the MIT license

EAPI=8

DESCRIPTION="Calls functions whose types are known only at run time"
HOMEPAGE="https://sourceware.org/libffi/"
SRC_URI="apt://libffi/libffi_${PV}.orig.tar.gz -> ${P}.tar.gz"

LICENSE="MIT"
SLOT="0/8"
KEYWORDS="amd64 arm64"

src_configure() {
	econf --disable-static --disable-docs --disable-multi-os-directory
}

src_install() {
	default
	find "${ED}" -name '*.la' -delete || die
}
