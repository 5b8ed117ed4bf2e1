"""A source tree whose image consists of many packages with files, as those of a distribution have."""

import os

EBUILD = """EAPI=8

DESCRIPTION="One of many"
HOMEPAGE="https://wiki.gentoo.org/"
S="${{WORKDIR}}"

LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64"
IUSE="doc"
RDEPEND="{needs}"
DEPEND="${{RDEPEND}}"

src_compile() {{
	python3 "${{FILESDIR}}"/files {number} files || die
	use doc && echo doc >files/doc
	echo ${{PV}} >files/version || die
}}

src_install() {{
	insinto /usr/share/{name}
	doins -r files/.
	dosym ../../share/{name}/version /usr/lib/{name}/version
}}
"""

# Half of the files are smaller than 3 kB, few are large; half of the content can be compressed away.
FILES = """import os, random, sys
number, folder = int(sys.argv[1]), sys.argv[2]
choice = random.Random(number)
os.makedirs(folder)
for file in range(choice.randint(10, 70)):
    size = min(500_000, int(choice.lognormvariate(8, 1.3)))
    with open(f"{folder}/file-{file}", "wb") as output:
        output.write(choice.randbytes(size // 2).hex().encode())
"""


def name(number):
    return f"p{number}"


def atom(number):
    return f"c-many/{name(number)}"


class Tree:
    """The tree, in a folder. Each package needs two of those before it."""

    def __init__(self, folder, hosts, packages):
        """`hosts` is the folder of the host backends."""
        self.folder = folder
        self.packages = packages
        os.makedirs(folder)
        # A copy, so that a row may change one.
        os.system(f"cp -a '{hosts}' '{folder}/hosts'")
        self.write("many/profiles/base/eapi", "8\n")
        self.write("many/profiles/base/make.defaults", 'ARCH="amd64"\nACCEPT_KEYWORDS="amd64"\nACCEPT_LICENSE="*"\n')
        self.write("many/profiles/arch.list", "amd64\n")
        self.write("many/profiles/categories", "c-many\n")
        self.write(
            "many/metadata/layout.conf",
            "repo-name = many\nmasters =\nprofile-formats = portage-2\nthin-manifests = true\nsign-manifests = false\n")
        # One more, for the row that adds it.
        for number in range(packages + 1):
            self.package(number, 1)
        self.write(
            "profiles/bench/variant.conf",
            'CHOST=x86_64-unknown-linux-gnu\nKERNEL_ARCH=x86\nKERNEL_IMAGE=none\nREPOSITORIES="many"\n')
        for root in ("host", "bootstrap", "target"):
            self.write(f"profiles/bench/{root}/etc/portage/make.conf", "")
            self.write(f"profiles/bench/{root}/etc/portage/make.profile/parent", "many:base\n")
        self.write("profiles/bench/target/etc/portage/package.use", "")
        self.write("profiles/bench/overlay/etc/hostname", "bench\n")
        self.write("profiles/bench/kernel.config", "")
        self.write(
            "profiles/bench/targets.conf",
            "[override kernel]\ninputs = file:profiles/bench/kernel.config\nenvironment =\n"
            "run = mkdir -p ${O}/kernel\n      cp profiles/bench/kernel.config ${O}/kernel/vmlinuz\n")
        for part in ("host-tools", "skeleton", "installonly"):
            self.write(f"sets/{part}.packages", "")
        self.write("sets/base.packages", f"{atom(0)}\n")
        self.sets(range(packages))

    def sets(self, numbers):
        for part in ("build", "install"):
            self.write(f"sets/{part}.packages", "".join(f"{atom(number)}\n" for number in numbers))

    def package(self, number, version):
        needs = sorted({atom(number // 2), atom(number // 3)} if number else [])
        self.write(
            f"many/{atom(number)}/{name(number)}-{version}.ebuild",
            EBUILD.format(name=name(number), number=number, needs=" ".join(needs)))
        self.write(f"many/{atom(number)}/files/files", FILES)

    def write(self, path, text, mode="w"):
        path = os.path.join(self.folder, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, mode) as file:
            file.write(text)

    # The rows of the bench. Each changes a package of its own, on which few depend.

    def edits(self):
        last = self.packages - 1
        return [
            ("nothing", lambda: None, ""),
            ("a USE flag", lambda: self.write(
                "profiles/bench/target/etc/portage/package.use", f"{atom(last)} doc\n", "a"), ""),
            ("a new version", lambda: self.package(last - 1, 2), ""),
            ("an ebuild edited", lambda: self.write(
                f"many/{atom(last - 2)}/{name(last - 2)}-1.ebuild", "# Edited.\n", "a"), atom(last - 2)),
            ("an atom added", lambda: self.sets(range(self.packages + 1)), ""),
            ("an atom removed", lambda: self.sets(range(self.packages)), ""),
            ("a file of the overlay", lambda: self.write("profiles/bench/overlay/etc/hostname", "more\n", "a"), ""),
        ]
