# Distributed under the terms of the MIT license

EAPI=8

DESCRIPTION="veritysetup, which opens file systems that are guarded by their hashes"
HOMEPAGE="https://gitlab.com/cryptsetup/cryptsetup"
SRC_URI="apt://cryptsetup/cryptsetup_${PV}.orig.tar.gz -> ${P}.tar.gz"

LICENSE="GPL-2+"
SLOT="0/12"
KEYWORDS="amd64 arm64"

DEPEND="
	dev-libs/json-c:=
	dev-libs/popt
	sys-apps/util-linux
	sys-fs/lvm2
"
RDEPEND="${DEPEND}"

src_prepare() {
	default
	./autogen.sh || die
}

src_configure() {
	econf --disable-static --disable-nls --disable-asciidoc --disable-udev --disable-blkid --disable-selinux \
		--disable-ssh-token --disable-external-tokens --disable-cryptsetup --disable-integritysetup --disable-fips \
		--with-crypto_backend=kernel --with-tmpfilesdir=no --enable-internal-argon2
}

src_install() {
	default
	find "${ED}" -name '*.la' -delete || die
}
