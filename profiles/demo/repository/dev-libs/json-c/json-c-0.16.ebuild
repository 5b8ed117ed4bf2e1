# Distributed under the terms of the MIT license

EAPI=8

DESCRIPTION="A JSON implementation in C"
HOMEPAGE="https://github.com/json-c/json-c/wiki"
SRC_URI="apt://json-c/json-c_${PV}.orig.tar.gz -> ${P}.tar.gz"
S="${WORKDIR}/json-c-json-c-${PV}-20220414"

LICENSE="MIT"
SLOT="0/5"
KEYWORDS="amd64 arm64"

src_configure() {
	cmake -S . -B build -DCMAKE_SYSTEM_NAME=Linux -DCMAKE_C_COMPILER="${CHOST}-gcc" -DCMAKE_C_FLAGS="${CFLAGS}" \
		-DCMAKE_BUILD_TYPE=Gentoo -DCMAKE_INSTALL_PREFIX="${EPREFIX}/usr" -DCMAKE_INSTALL_LIBDIR="$(get_libdir)" \
		-DBUILD_SHARED_LIBS=ON -DBUILD_STATIC_LIBS=OFF -DBUILD_TESTING=OFF -DBUILD_APPS=OFF -DDISABLE_WERROR=ON \
		-DDISABLE_EXTRA_LIBS=ON -DCMAKE_SKIP_RPATH=ON || die
}

src_compile() {
	emake -C build VERBOSE=1
}

src_install() {
	emake -C build DESTDIR="${D}" install
	find "${ED}" -name cmake -prune -exec rm -r {} + || die
}
