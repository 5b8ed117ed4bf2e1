"""One build, written down for three tools. It knows the shape of the graph, not how the tools are timed."""

import os
import random

# Each target with what it needs: the image graph's chain and side branch.
IMAGE_GRAPH = {
    "host-tools": [],
    "toolchain": ["host-tools"],
    "libcap": ["toolchain"],
    "profile": ["libcap"],
    "base": ["profile"],
    "world": ["base"],
    "rootfs": ["world"],
    "initramfs": ["world"],
    "squashfs": ["rootfs"],
    "kernel": ["toolchain"],
    "updater": ["squashfs", "kernel"],
    "image": ["squashfs", "kernel", "initramfs", "updater"],
}


def wide_graph(count):
    """`count` targets, each needing two of those before it, the last one all that nothing else needs."""
    chance = random.Random(count)
    needs = {}
    for number in range(count - 1):
        before = [f"target-{chance.randrange(number)}" for _ in range(min(number, 2))]
        needs[f"target-{number}"] = sorted(set(before))
    needed = {name for names in needs.values() for name in names}
    needs["image"] = [name for name in needs if name not in needed]
    return needs


class Build:
    """The build in the working directory: `inputs/TARGET/...` and a file of its own format for each tool.

    Each tool has its own folder of outputs, so none sees what another made.
    """

    def __init__(self, needs, files):
        self.needs = needs
        self.inputs = {}
        names = list(needs)
        for number, name in enumerate(names):
            share = files // len(names) + (1 if number < files % len(names) else 0)
            self.inputs[name] = make_tree(f"inputs/{name}", share, random.Random(number))
        self.files = [path for paths in self.inputs.values() for path in paths]
        for folder in ("out", "by-make", "by-ninja"):
            os.mkdir(folder)
        write("targets.conf", self.targets_conf())
        write("Makefile", self.makefile())
        write("build.ninja", self.build_ninja())

    def outputs(self, folder):
        return [f"{folder}/{name}" for name in self.needs]

    def targets_conf(self):
        yield "graph = none\n"
        for name in reversed(list(self.needs)):
            yield f"[target {name}]\n"
            if self.needs[name]:
                yield f"needs = {' '.join(self.needs[name])}\n"
            yield f"inputs = tree:inputs/{name}\n"
            yield f"outputs = file:${{O}}/{name}\n"
            yield f"run = touch ${{O}}/{name}\n"

    def makefile(self):
        yield "all: by-make/image\n"
        for name, files in self.inputs.items():
            before = [f"by-make/{need}" for need in self.needs[name]]
            yield f"by-make/{name}: {' '.join(before + files)}\n\ttouch $@\n"

    def build_ninja(self):
        yield "rule touch\n  command = touch $out\n"
        for name, files in self.inputs.items():
            before = [f"by-ninja/{need}" for need in self.needs[name]]
            yield f"build by-ninja/{name}: touch {' '.join(before + files)}\n"


def make_tree(root, count, chance):
    """Makes `count` files below `root` as an ebuild repository has them; returns their paths."""
    categories = ("app-admin", "dev-libs", "dev-python", "net-misc", "sys-apps", "sys-kernel", "x11-libs")
    syllables = ("lib", "tool", "core", "net", "gui", "py", "sys", "util", "ng", "ext", "fs", "crypt")
    paths = []
    while len(paths) < count:
        package = "".join(chance.choice(syllables) for _ in range(3)) + str(len(paths))
        folder = f"{root}/{chance.choice(categories)}/{package}"
        os.makedirs(f"{folder}/files")
        names = ["Manifest", "metadata.xml"]
        names += [f"{package}-{chance.randrange(9)}.{chance.randrange(99)}.{n}.ebuild" for n in range(3)]
        names += [f"files/{package}-{n}.{chance.randrange(9)}-fix-build.patch" for n in range(3)]
        for name in names[: count - len(paths)]:
            paths.append(f"{folder}/{name}")
            with open(paths[-1], "wb") as file:
                file.write(chance.randbytes(chance.randrange(200, 6000)))
    os.makedirs(root, exist_ok=True)
    return paths


def write(path, lines):
    with open(path, "w") as file:
        file.writelines(lines)
