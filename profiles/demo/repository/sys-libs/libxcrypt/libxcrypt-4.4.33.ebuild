# Distributed under the terms of the MIT license

EAPI=8

DESCRIPTION="Password hashing, as the toolchain brings it"
HOMEPAGE="https://github.com/besser82/libxcrypt"
S="${WORKDIR}"

LICENSE="LGPL-2.1+ public-domain BSD"
SLOT="0/1"
KEYWORDS="amd64 arm64"

src_install() {
	dodir /usr
	cp -a "${SYSBUILD_TOOLCHAIN}"/libxcrypt/. "${ED}"/usr/ || die
}
