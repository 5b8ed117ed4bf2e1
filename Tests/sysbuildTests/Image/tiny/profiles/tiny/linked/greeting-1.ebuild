EAPI=8

inherit versions

DESCRIPTION="No sources: a file that names the version and the USE flags"
HOMEPAGE="https://wiki.gentoo.org/"
S="${WORKDIR}"

LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64"
DEPEND="sys-libs/libcap"
RDEPEND="sys-libs/libcap"
