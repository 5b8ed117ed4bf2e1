# Distributed under the terms of the MIT license

EAPI=8

DESCRIPTION="The kernel's user-space headers, as the toolchain brings them"
HOMEPAGE="https://www.kernel.org/"
S="${WORKDIR}"

LICENSE="GPL-2"
SLOT="0"
KEYWORDS="amd64 arm64"

src_install() {
	dodir /usr
	cp -a "${SYSBUILD_TOOLCHAIN}"/linux-headers/. "${ED}"/usr/ || die
}
