"""A source tree whose image is some of the packages of two large repositories. No package has sources or files."""

import hashlib
import os

PACKAGES = 30_000
CATEGORIES = 100
# What the image consists of. Each needs two of those before it.
IMAGE = 200

EBUILD = """EAPI=8

inherit bench

DESCRIPTION="One of many"
HOMEPAGE="https://wiki.gentoo.org/"
S="${{WORKDIR}}"

LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64"
IUSE="doc"
RDEPEND="{needs}"
DEPEND="${{RDEPEND}}"
"""
METADATA = """DEFINED_PHASES=-
DEPEND={needs}
DESCRIPTION=One of many
EAPI=8
HOMEPAGE=https://wiki.gentoo.org/
INHERIT=bench
IUSE=doc
KEYWORDS=amd64
LICENSE=MIT
RDEPEND={needs}
SLOT=0
_eclasses_=bench\t{eclass}
_md5_={ebuild}
"""


def name(number):
    return f"c-{number % CATEGORIES:02}/p{number}"


def needs(number):
    if number >= IMAGE or number == 0:
        return ""
    return " ".join(sorted({name(number // 2), name(number // 3)}))


class Packages:
    """The tree, in the working folder."""

    # An ebuild of the image.
    edited = f"main/{name(7)}/p7-1.ebuild"
    repositories = ["main", "overlay"]

    def __init__(self, hosts):
        """`hosts` is the folder of the host backends."""
        os.symlink(hosts, "hosts")
        self.eclass = "# Every package inherits it.\n"
        self.write("main/eclass/bench.eclass", self.eclass)
        self.write("main/profiles/base/eapi", "8\n")
        self.write("main/profiles/base/make.defaults", 'ARCH="amd64"\nACCEPT_KEYWORDS="amd64"\nACCEPT_LICENSE="*"\n')
        self.write("main/profiles/arch.list", "amd64\n")
        self.write("main/profiles/categories", "".join(f"c-{number:02}\n" for number in range(CATEGORIES)))
        for repository in self.repositories:
            masters = "" if repository == "main" else "main"
            self.write(
                f"{repository}/metadata/layout.conf",
                f"repo-name = {repository}\nmasters = {masters}\nprofile-formats = portage-2\ncache-formats = md5-dict\n"
                "thin-manifests = true\nsign-manifests = false\n")
        # A quarter has a second version, and a tenth of the overlay's shadow one of the main repository.
        for number in range(PACKAGES):
            self.package("main", number, 1)
            if number % 4 == 1:
                self.package("main", number, 0)
            if number % 10 == 3:
                self.package("overlay", number, 1)
        self.write(
            "profiles/bench/variant.conf",
            "CHOST=x86_64-unknown-linux-gnu\nKERNEL_ARCH=x86\nKERNEL_IMAGE=none\nREPOSITORIES=\"main overlay\"\n")
        for root in ("host", "bootstrap", "target"):
            self.write(f"profiles/bench/{root}/etc/portage/make.conf", "")
            self.write(f"profiles/bench/{root}/etc/portage/make.profile/parent", "main:base\n")
        self.write("profiles/bench/overlay/etc/hostname", "bench\n")
        self.write("profiles/bench/kernel.config", "")
        for part in ("host-tools", "skeleton", "installonly"):
            self.write(f"sets/{part}.packages", "")
        self.write("sets/base.packages", f"{name(0)}\n")
        for part in ("build", "install"):
            self.write(f"sets/{part}.packages", "".join(f"{atom}\n" for atom in self.atoms))

    # What the others do not need already.
    atoms = [name(number) for number in range(IMAGE // 2, IMAGE)]

    def package(self, repository, number, version):
        ebuild = EBUILD.format(needs=needs(number))
        self.write(f"{repository}/{name(number)}/p{number}-{version}.ebuild", ebuild)
        self.write(
            f"{repository}/metadata/md5-cache/{name(number)}-{version}",
            METADATA.format(needs=needs(number), eclass=self.md5(self.eclass), ebuild=self.md5(ebuild)))

    def looked_at(self):
        """The files and folders of which sysbuild looks at each in a run without anything to do, as far as they are many:
        those of the packages that the image consists of, and the folders of all categories."""
        paths = []
        for repository in self.repositories:
            for number in range(IMAGE):
                folder = f"{repository}/{name(number)}"
                if os.path.isdir(folder):
                    paths += [folder, *(os.path.join(folder, file) for file in os.listdir(folder))]
        return paths

    @staticmethod
    def md5(text):
        return hashlib.md5(text.encode()).hexdigest()

    @staticmethod
    def write(path, text):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            file.write(text)
