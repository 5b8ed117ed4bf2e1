# Distributed under the terms of the MIT license

EAPI=8

DESCRIPTION="Cryptography and TLS: the libraries"
HOMEPAGE="https://www.openssl.org/"
SRC_URI="apt://openssl/openssl_${PV}.orig.tar.gz -> ${P}.tar.gz"

LICENSE="Apache-2.0"
SLOT="0/3"
KEYWORDS="amd64 arm64"

src_configure() {
	./Configure "linux-${CHOST%%-*}" --cross-compile-prefix="${CHOST}-" --prefix="${EPREFIX}/usr" --libdir="$(get_libdir)" \
		--openssldir="${EPREFIX}/etc/ssl" shared no-tests no-legacy no-ssl3 ${CFLAGS} || die
}

src_compile() {
	emake build_libs
}

src_install() {
	emake DESTDIR="${D}" install_dev
	find "${ED}" -name '*.a' -delete || die
	rm -r "${ED}"/usr/share || true
}
