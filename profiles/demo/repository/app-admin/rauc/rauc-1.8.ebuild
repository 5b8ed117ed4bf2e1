# Distributed under the terms of the MIT license

EAPI=8

DESCRIPTION="Installs signed updates in the slot that is not running"
HOMEPAGE="https://rauc.io/"
SRC_URI="apt://rauc/rauc_${PV}.orig.tar.xz -> ${P}.tar.xz"

LICENSE="LGPL-2.1"
SLOT="0"
KEYWORDS="amd64 arm64"

DEPEND="
	dev-libs/glib
	dev-libs/openssl:=
"
RDEPEND="${DEPEND}"

src_configure() {
	econf --disable-service --disable-network --disable-streaming --disable-json --disable-gpt \
		--with-systemdunitdir=no --with-dbuspolicydir=no --with-dbussystemservicedir=no --with-dbusinterfacesdir=no
}

src_install() {
	emake DESTDIR="${D}" install-exec
}
