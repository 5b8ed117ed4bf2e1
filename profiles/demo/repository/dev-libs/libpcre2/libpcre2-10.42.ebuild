# Distributed under the terms of the MIT license

EAPI=8

DESCRIPTION="Perl's regular expressions"
HOMEPAGE="https://www.pcre.org/"
SRC_URI="apt://pcre2/pcre2_${PV}.orig.tar.gz -> ${P}.tar.gz"
S="${WORKDIR}/pcre2-${PV}"

LICENSE="BSD"
SLOT="0/3"
KEYWORDS="amd64 arm64"

src_configure() {
	econf --disable-static --enable-jit=no --disable-pcre2grep-callout
}

src_install() {
	default
	find "${ED}" -name '*.la' -delete || die
}
