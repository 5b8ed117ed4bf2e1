# Distributed under the terms of the MIT license

EAPI=8

DESCRIPTION="A small SSH server"
HOMEPAGE="https://matt.ucc.asn.au/dropbear/dropbear.html"
SRC_URI="apt://dropbear/dropbear_${PV}.orig.tar.bz2 -> ${P}.tar.bz2"

LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64 arm64"

DEPEND="sys-libs/libxcrypt"
RDEPEND="${DEPEND}"

src_configure() {
	econf --enable-bundled-libtom --disable-zlib --disable-wtmp --disable-wtmpx --disable-lastlog --disable-loginfunc \
		--disable-pututline --disable-pututxline --disable-utmp --disable-utmpx --disable-syslog
}

src_compile() {
	emake PROGRAMS="dropbear dropbearkey"
}

src_install() {
	dosbin dropbear
	dobin dropbearkey
}
