"""A source tree whose image is some of the packages of two large repositories. No package has sources or files."""

import hashlib
import os

from source import EBUILD, Source

PACKAGES = 30_000
CATEGORIES = 100
# What the image consists of. Each needs two of those before it.
IMAGE = 200

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


class Packages(Source):
    """The tree, in the working folder."""

    # An ebuild of the image.
    edited = f"main/{name(7)}/p7-1.ebuild"
    repositories = ["main", "overlay"]

    def __init__(self, hosts):
        """`hosts` is the folder of the host backends."""
        super().__init__(".", self.repositories, [f"c-{number:02}" for number in range(CATEGORIES)])
        os.symlink(hosts, "hosts")
        self.eclass = "# Every package inherits it.\n"
        self.write("main/eclass/bench.eclass", self.eclass)
        # A quarter has a second version, and a tenth of the overlay's shadow one of the main repository.
        for number in range(PACKAGES):
            self.package("main", number, 1)
            if number % 4 == 1:
                self.package("main", number, 0)
            if number % 10 == 3:
                self.package("overlay", number, 1)
        self.sets([name(0), *self.atoms])

    # What the others do not need already.
    atoms = [name(number) for number in range(IMAGE // 2, IMAGE)]

    def package(self, repository, number, version):
        ebuild = EBUILD.format(inherit="\ninherit bench\n", needs=needs(number))
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
