# Distributed under the terms of the MIT license

EAPI=8

DESCRIPTION="The directories of a merged-usr system and the links between them"
HOMEPAGE="https://wiki.gentoo.org/wiki/Merge-usr"
S="${WORKDIR}"

LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64 arm64"

src_install() {
	local directory
	for directory in bin lib sbin; do
		dodir /usr/${directory}
		dosym usr/${directory} /${directory}
	done
	dosym usr/lib /lib64

	keepdir /dev /etc /proc /root /run /sys /tmp /var/log
	fperms 0700 /root
	fperms 1777 /tmp
}
