# Distributed under the terms of the MIT license

EAPI=8

DESCRIPTION="The C library and the compiler's own run-time libraries, as the toolchain brings them"
HOMEPAGE="https://www.gnu.org/software/libc/"
S="${WORKDIR}"

LICENSE="LGPL-2.1+ GPL-3-with-GCC-exception"
SLOT="2.2"
KEYWORDS="amd64 arm64"

RDEPEND="sys-apps/baselayout"
DEPEND="sys-kernel/linux-headers"

src_install() {
	dodir /usr
	cp -a "${SYSBUILD_TOOLCHAIN}"/glibc/. "${ED}"/usr/ || die
}
