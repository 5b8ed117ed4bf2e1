# Distributed under the terms of the MIT license

EAPI=8

DESCRIPTION="Data structures and an event loop for C, and what its programs share"
HOMEPAGE="https://www.gtk.org/"
SRC_URI="apt://glib2.0/glib2.0_${PV}.orig.tar.xz -> ${P}.tar.xz"

LICENSE="LGPL-2.1+"
SLOT="2"
KEYWORDS="amd64 arm64"

DEPEND="
	dev-libs/libffi:=
	dev-libs/libpcre2:=
	sys-libs/zlib:=
"
RDEPEND="${DEPEND}"

src_configure() {
	local flags cpu=${CHOST%%-*}
	flags=$(printf "'%s'," ${CFLAGS})
	cat >"${T}"/cross <<-EOF || die
		[binaries]
		c = '${CHOST}-gcc'
		cpp = '${CHOST}-g++'
		ar = '${CHOST}-gcc-ar'
		strip = '${CHOST}-strip'
		pkgconfig = '${CHOST}-pkg-config'
		[host_machine]
		system = 'linux'
		cpu_family = '${cpu}'
		cpu = '${cpu}'
		endian = 'little'
		[properties]
		needs_exe_wrapper = true
		have_c99_vsnprintf = true
		have_c99_snprintf = true
		have_unix98_printf = true
		have_strlcpy = false
		[built-in options]
		c_args = [${flags}]
		cpp_args = [${flags}]
	EOF
	meson setup --cross-file "${T}"/cross --prefix "${EPREFIX}/usr" --libdir "$(get_libdir)" --buildtype plain \
		--wrap-mode nodownload -Dnls=disabled -Dlibmount=disabled -Dselinux=disabled -Dlibelf=disabled -Dxattr=false \
		-Dtests=false -Dinstalled_tests=false -Dman=false -Dgtk_doc=false -Dbsymbolic_functions=true . build || die
}

src_compile() {
	meson compile -C build -v || die
}

src_install() {
	DESTDIR="${D}" meson install -C build --no-rebuild || die
	# Tools for those who compile against it, which want a Python of the image.
	rm -r "${ED}"/usr/bin "${ED}"/usr/share || die
}
