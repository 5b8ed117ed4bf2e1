# Distributed under the terms of the MIT license

EAPI=8

DESCRIPTION="Parses the options of a command line"
HOMEPAGE="https://github.com/rpm-software-management/popt"
SRC_URI="apt://popt/popt_${PV}+dfsg.orig.tar.xz -> ${P}.tar.xz"

LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64 arm64"

src_configure() {
	econf --disable-static --disable-nls
}

src_install() {
	emake -C src DESTDIR="${D}" install
	emake DESTDIR="${D}" install-pkgconfigDATA
	find "${ED}" -name '*.la' -delete || die
}
