"""A source tree whose image consists of many packages with files, as those of a distribution have."""

import shutil

from source import EBUILD, Source

FUNCTIONS = """
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

POSTINST = """
pkg_postinst() {
	elog "Something to know"
}
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


class Tree(Source):
    """The tree, in a folder. Each package needs two of those before it."""

    def __init__(self, folder, hosts, packages, with_code):
        """`hosts` is the folder of the host backends, `with_code` how many of a hundred packages have a pkg_postinst."""
        super().__init__(folder, ["many"], ["c-many"])
        self.packages = packages
        self.with_code = with_code
        # A copy, so that a row may change one.
        shutil.copytree(hosts, f"{folder}/hosts", symlinks=True)
        # One more, for the row that adds it.
        for number in range(packages + 1):
            self.package(number, 1)
        self.write("profiles/bench/target/etc/portage/package.use", "")
        # A kernel takes minutes.
        self.write(
            "profiles/bench/targets.conf",
            "[override kernel]\ninputs = file:profiles/bench/kernel.config\nenvironment =\n"
            "run = mkdir -p ${O}/kernel\n      cp profiles/bench/kernel.config ${O}/kernel/vmlinuz\n")
        self.list(packages)

    def list(self, count):
        self.sets([atom(number) for number in range(count)])

    def package(self, number, version):
        needs = " ".join(sorted({atom(number // 2), atom(number // 3)} if number else []))
        # 37 has no divisor in common with 100: they are spread.
        code = POSTINST if number * 37 % 100 < self.with_code else ""
        self.write(
            f"many/{atom(number)}/{name(number)}-{version}.ebuild",
            EBUILD.format(inherit="", needs=needs) + FUNCTIONS.format(name=name(number), number=number) + code)
        self.write(f"many/{atom(number)}/files/files", FILES)

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
            ("an atom added", lambda: self.list(self.packages + 1), ""),
            ("an atom removed", lambda: self.list(self.packages), ""),
            ("a file of the overlay", lambda: self.write("profiles/bench/overlay/etc/hostname", "more\n", "a"), ""),
        ]
