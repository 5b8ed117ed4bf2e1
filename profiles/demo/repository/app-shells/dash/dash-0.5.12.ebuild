# Distributed under the terms of the MIT license

EAPI=8

DESCRIPTION="A small POSIX shell"
HOMEPAGE="http://gondor.apana.org.au/~herbert/dash/"
SRC_URI="apt://dash/dash_${PV}.orig.tar.gz -> ${P}.tar.gz"

LICENSE="BSD"
SLOT="0"
KEYWORDS="amd64 arm64"

src_configure() {
	econf CC_FOR_BUILD="${CBUILD}-gcc"
}

src_install() {
	default
	dosym dash /usr/bin/sh
}
