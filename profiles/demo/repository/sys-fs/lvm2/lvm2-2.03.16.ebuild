# Distributed under the terms of the MIT license

EAPI=8

DESCRIPTION="The library for device mapper, and nothing else of LVM"
HOMEPAGE="https://sourceware.org/lvm2/"
SRC_URI="apt://lvm2/lvm2_${PV}.orig.tar.xz -> ${P}.tar.xz"
S="${WORKDIR}/LVM2.${PV}"

LICENSE="GPL-2 LGPL-2.1 BSD-2"
SLOT="0"
KEYWORDS="amd64 arm64"

src_configure() {
	# What configure cannot try in a cross build.
	export ac_cv_func_malloc_0_nonnull=yes ac_cv_func_realloc_0_nonnull=yes ac_cv_path_MODPROBE_CMD=/sbin/modprobe
	econf --enable-pkgconfig --disable-readline --disable-selinux --disable-udev_sync --disable-static_link \
		--without-systemd-run --without-udev
}

src_compile() {
	emake device-mapper
}

src_install() {
	emake -C libdm DESTDIR="${D}" install
}
