"""What the source trees of the benchmarks have in common."""

import os

EBUILD = """EAPI=8
{inherit}
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


class Source:
    """A source tree in a folder, with the variant `bench`, whose profile belongs to the first repository."""

    def __init__(self, folder, repositories, categories):
        self.folder = folder
        main = repositories[0]
        self.write(f"{main}/profiles/base/eapi", "8\n")
        self.write(f"{main}/profiles/base/make.defaults", 'ARCH="amd64"\nACCEPT_KEYWORDS="amd64"\nACCEPT_LICENSE="*"\n')
        self.write(f"{main}/profiles/arch.list", "amd64\n")
        self.write(f"{main}/profiles/categories", "".join(f"{category}\n" for category in categories))
        for name in repositories:
            masters = "" if name == main else main
            self.write(
                f"{name}/metadata/layout.conf",
                f"repo-name = {name}\nmasters = {masters}\nprofile-formats = portage-2\ncache-formats = md5-dict\n"
                "thin-manifests = true\nsign-manifests = false\n")
        self.write(
            "profiles/bench/variant.conf",
            "CHOST=x86_64-unknown-linux-gnu\nKERNEL_ARCH=x86\nKERNEL_IMAGE=none\n"
            f'REPOSITORIES="{" ".join(repositories)}"\n')
        for root in ("host", "bootstrap", "target"):
            self.write(f"profiles/bench/{root}/etc/portage/make.conf", "")
            self.write(f"profiles/bench/{root}/etc/portage/make.profile/parent", f"{main}:base\n")
        self.write("profiles/bench/overlay/etc/hostname", "bench\n")
        self.write("profiles/bench/kernel.config", "")
        for part in ("host-tools", "skeleton", "installonly"):
            self.write(f"sets/{part}.packages", "")

    def sets(self, atoms):
        """Lists what the image consists of; the first atom is its base."""
        self.write("sets/base.packages", f"{atoms[0]}\n")
        for part in ("build", "install"):
            self.write(f"sets/{part}.packages", "".join(f"{atom}\n" for atom in atoms))

    def write(self, path, text, mode="w"):
        path = os.path.join(self.folder, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, mode) as file:
            file.write(text)
