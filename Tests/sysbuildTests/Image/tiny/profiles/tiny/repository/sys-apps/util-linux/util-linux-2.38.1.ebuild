EAPI=8

DESCRIPTION="No sources: a file that names the version and the USE flags"
HOMEPAGE="https://wiki.gentoo.org/"
S="${WORKDIR}"

LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64"
IUSE="nls +pam"
DEPEND="pam? ( sys-libs/pam )"
RDEPEND="pam? ( sys-libs/pam )"

src_install() {
	insinto /usr/share/versions
	newins - ${PN} <<<"${P} USE=${USE}"
}
