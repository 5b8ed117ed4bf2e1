"""Answers what Portage makes of configuration roots: a line of JSON a question, on two named pipes.

A question is {"root": PORTAGE_CONFIGROOT, "repository": the folder of a repository called tiny, "target": an empty ROOT}.
The answer holds what Portage would do for a few packages, or {"error": …} where it refuses the configuration.

With {"contents": a folder of the database of installed packages} the question is which files a package owns, with
{"repositories": the texts of repos.conf files} the question is what Portage makes of these repositories, with
{"versions": pairs of versions} how they compare.
"""

import io
import json
import os
import subprocess
import sys
import types

import portage
import portage.util
from portage._sets.files import StaticFileSet
from portage.dbapi.vartree import dblink
from portage.package.ebuild.config import config
from portage.repository.config import RepoConfigLoader
from portage.versions import vercmp

# What the questions are about: two versions of one package, and another.
PACKAGES = {
    "app-misc/leaf-1": {
        "SLOT": "0/0",
        "KEYWORDS": "~amd64",
        "LICENSE": "GPL-2 EULA-1",
    },
    "app-misc/leaf-2-r1": {
        "SLOT": "2/2.1",
        "KEYWORDS": "amd64",
        "LICENSE": "MIT",
    },
    "sys-libs/pam-1.5": {
        "SLOT": "0",
        "KEYWORDS": "",
        "LICENSE": "|| ( MIT GPL-2 )",
    },
}
COMMON = {
    "EAPI": "8",
    "IUSE": "colour +plain doc video_cards_intel video_cards_nvidia",
    "PROPERTIES": "interactive",
    "RESTRICT": "bindist",
    "repository": "tiny",
    "DEFINED_PHASES": "-",
}

# What Portage splits into words: their order and spacing are no answer. Masks of licences and the like are asked for.
LISTS = set(portage.const.INCREMENTALS)
NOT_ASKED = {"ACCEPT_LICENSE", "ACCEPT_PROPERTIES", "ACCEPT_RESTRICT", "PORTAGE_ARCHLIST"}


def value(settings, name):
    text = settings.get(name) or ""
    return sorted(text.split()) if name in LISTS else text


class Package:
    """What emerge asks about: of a name and its metadata alone Portage would forget the repository."""

    built = False

    def __init__(self, cpv, metadata):
        self.cpv = cpv
        self._metadata = self._raw_metadata = metadata
        self.iuse = types.SimpleNamespace(all=frozenset(flag.lstrip("+-") for flag in metadata["IUSE"].split()))

    def __getattr__(self, name):
        return getattr(self.cpv, name)


def about(settings, name):
    metadata = dict(COMMON, **PACKAGES[name])
    package = portage.versions._pkg_str(name, metadata=metadata, settings=settings)
    settings.setcpv(Package(package, metadata))
    own = settings.configdict["pkg"]
    # USE of package.env is in the flags; what else is there are its variables and what was passed in.
    given = set(metadata) | {"CATEGORY", "PF", "USE", "PKGUSE", "IUSE_EFFECTIVE", "PORTAGE_REPO_NAME"}
    return {
        "use": sorted(settings["PORTAGE_USE"].split()),
        "env": {key: own[key] for key in own if key not in given},
        "keywords": sorted(settings._getMissingKeywords(package, metadata)),
        "licenses": sorted(settings._getMissingLicenses(package, dict(metadata, USE=""))),
        "properties": sorted(settings._getMissingProperties(package, dict(metadata, USE=""))),
        "restrict": sorted(settings._getMissingRestrict(package, dict(metadata, USE=""))),
        "masked": settings._getMaskAtom(package, metadata) is not None,
        "hooks": list(settings._pbashrc),
    }


# Portage's own functions that source the files of env/CATEGORY.
SOURCING = """
eval "$(sed -n '/^__source_env_files()/,/^}/p;/^__try_source()/,/^}/p' "$1")"
__source_env_files --no-qa "$2"
"""


def scripts(root, name):
    folder = os.path.join(root, "etc/portage/env")
    category = name.split("/")[0]
    if not os.path.isdir(os.path.join(folder, category)):
        return ""
    pn, version, revision = portage.versions.catpkgsplit(name)[1:]
    variables = {
        "CATEGORY": category,
        "PN": pn,
        "P": "%s-%s" % (pn, version),
        "PF": name.split("/")[1],
        "SLOT": PACKAGES[name]["SLOT"],
        "PATH": "/usr/bin:/bin",
    }
    ebuild_sh = os.path.join(portage.const.PORTAGE_BIN_PATH, "ebuild.sh")
    return subprocess.run(
        ["bash", "-c", SOURCING, "bash", ebuild_sh, folder], env=variables, capture_output=True, text=True, check=False
    ).stdout


def sets(root):
    found = {}
    top = os.path.join(root, "etc/portage/sets")
    for folder, _, names in os.walk(top):
        for name in names:
            members = StaticFileSet(os.path.join(folder, name))
            found[os.path.relpath(os.path.join(folder, name), top)] = sorted(
                set(map(str, members.getAtoms())) | set(members.getNonAtoms())
            )
    return found


def answer(question):
    environment = {
        "PORTAGE_REPOSITORIES": "[DEFAULT]\nmain-repo = tiny\n[tiny]\nlocation = %s\n" % question["repository"],
        "PORTAGE_USERNAME": "root",
        "PORTAGE_GRPNAME": "root",
        "LC_ALL": "C.UTF-8",
        "PATH": "/usr/bin:/bin",
    }
    portage.util._eapi_cache.clear()
    try:
        settings = config(
            config_root=question["root"], target_root=question["target"], sysroot="/", eprefix="", env=environment
        )
        if not settings.profiles:
            # emerge ends with "Your current profile is invalid".
            return {"error": "profile"}
        names = set(settings.configdict["defaults"]) | set(settings.configdict["conf"])
        return {
            "variables": {name: value(settings, name) for name in sorted(names - NOT_ASKED)},
            "packages": {
                name: dict(about(settings, name), scripts=scripts(question["root"], name)) for name in PACKAGES
            },
            "sets": sets(question["root"]),
            "system": sorted(str(atom) for atom in settings.packages),
            "provided": {name: sorted(map(str, versions)) for name, versions in settings.pprovideddict.items()},
            "categories": sorted(settings.categories),
            "sonames": sorted(str(atom) for atom in settings.soname_provided),
        }
    except (Exception, SystemExit) as error:
        # What Portage does not foresee, too: emerge would end with it.
        return {"error": type(error).__name__}


class Settings(dict):
    local_config = True


def about_repositories(texts):
    settings = Settings(PORTAGE_REPOSITORIES="", EPREFIX="", EROOT="/", PORTAGE_CONFIGROOT="/", ROOT="/")
    # Line ends as they are in a file that is opened as text.
    loader = RepoConfigLoader([io.StringIO(text, newline=None) for text in texts], settings)
    main = loader.mainRepo()
    return {
        "main": main.name if main else "",
        "repositories": [
            {
                "name": repository.name,
                "location": repository.location,
                "eclasses": list(repository.eclass_locations),
                "colon": "portage-2" in repository.profile_formats,
                "digests": repository.strict_misc_digests,
                "binaries": [
                    sorted(map(str, atoms.getAtoms()))
                    for atoms in (repository.usepkg_exclude, repository.usepkg_include)
                ],
            }
            for repository in loader
        ],
        "known": {name: loader[name].name for name in sorted(set(loader.prepos) - {"DEFAULT"})},
    }


def contents(folder):
    package = types.SimpleNamespace(
        contentscache=None,
        dbdir=folder,
        settings={"ROOT": "/", "EROOT": "/"},
        _contents_re=dblink._contents_re,
        _normalize_needed=dblink._normalize_needed,
    )
    owned = dblink.getcontents(package)
    return sorted([path, entry[0], entry[2]] for path, entry in owned.items() if entry[0] in ("obj", "sym"))


def response(question):
    if "contents" in question:
        return contents(question["contents"])
    if "versions" in question:
        return [vercmp(first, second) for first, second in question["versions"]]
    return about_repositories(question["repositories"]) if "repositories" in question else answer(question)


def main():
    # What Portage has to say of bad lines is not asked for.
    sys.stderr = io.StringIO()
    with open(sys.argv[1], encoding="utf-8") as questions, open(sys.argv[2], "w", encoding="utf-8") as answers:
        for line in questions:
            answers.write(json.dumps(response(json.loads(line)), sort_keys=True) + "\n")
            answers.flush()


main()
