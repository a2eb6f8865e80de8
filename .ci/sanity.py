"""Run ansible-test sanity on a copy of the checkout.

ansible-test wants to stand in a real .../ansible_collections/<namespace>/<name>, and takes no link for it. So the
files that git knows or would add are copied to build/sanity. ansible-test also downloads a script that installs pip,
from a host that a machine behind a registry mirror does not reach; a small script of the same effect is put where the
download would be cached. That place is below the home directory, so a home of its own is made in build/, with the
person's settings for pip.

Arguments are handed on to ansible-test, for example:
python .ci/sanity.py --test validate-modules plugins/modules/user.py
"""

from __future__ import annotations

import configparser
import os
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BASE = ROOT / "build" / "sanity"
COPY = BASE / "ansible_collections" / "wxcc" / "onboarding"
HOME = BASE / "home"
# Settings that people give pip in the environment. ansible-test does not hand those on, so they go into a file.
PIP_SETTINGS = ("index_url", "extra_index_url", "find_links", "no_index", "trusted_host", "cert", "proxy")
# The tests are no part of the artifact, and hold byte order marks and foreign line ends on purpose; ruff looks at them.
NOT_SHIPPED = re.compile(r"tests/(?!config\.yml$)")
SKIPPED_WITHOUT_GIT = {".git", ".venv", ".ansible", "build", "collections", "__pycache__"}

GET_PIP = '''\
"""Install pip from the copy that Python carries, then the packages that ansible-test asks for."""

import subprocess
import sys

subprocess.check_call([sys.executable, "-m", "ensurepip", "--default-pip"], stdout=subprocess.DEVNULL)
packages = [argument for argument in sys.argv[1:] if not argument.startswith("-")]
if packages:
    subprocess.check_call([sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages])
'''


def files() -> list[str]:
    """Paths of the checkout's files: what git knows or would add; without git, all but what the Makefile made."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        )
    except (OSError, subprocess.CalledProcessError):
        found = []
        for folder, folders, names in os.walk(ROOT):
            folders[:] = [name for name in folders if name not in SKIPPED_WITHOUT_GIT]
            found += [str(Path(folder, name).relative_to(ROOT)) for name in names]
        return sorted(found)
    return sorted(set(listed.stdout.split("\0")) - {""})


def copy_checkout() -> None:
    """Make the copy anew."""
    if COPY.exists():
        shutil.rmtree(COPY)
    for name in files():
        source, target = ROOT / name, COPY / name
        if NOT_SHIPPED.match(name) or not (source.is_file() or source.is_symlink()):
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target, follow_symlinks=False)
    if shutil.which("git"):
        # ansible-test asks git for the files, and would otherwise find the repository above, which ignores build/.
        subprocess.run(["git", "init", "--quiet", "."], cwd=COPY, check=True, stdin=subprocess.DEVNULL)


def make_home() -> None:
    """Make the home directory with the script that installs pip, and with the person's settings for pip."""
    spec = find_spec("ansible_test._internal")
    if spec is None or not spec.submodule_search_locations:
        sys.exit("ansible-test is not installed beside this Python. Run: make env")
    source = Path(spec.submodule_search_locations[0], "python_requirements.py").read_text(encoding="utf-8")
    wanted = re.search(r"default_packages = dict\(\s*pip='([^']+)'", source)
    if wanted is None:
        sys.exit("This ansible-test chooses its pip in a way that .ci/sanity.py does not know.")
    cache = HOME / ".ansible" / "test" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    (cache / f"get_pip_{wanted[1].replace('.', '_')}.py").write_text(GET_PIP, encoding="utf-8")

    settings = configparser.RawConfigParser()
    person = Path.home()
    settings.read([person / ".pip" / "pip.conf", person / ".config" / "pip" / "pip.conf"], encoding="utf-8")
    if not settings.has_section("global"):
        settings.add_section("global")
    for name in PIP_SETTINGS:
        value = os.environ.get(f"PIP_{name.upper()}")
        if value:
            settings.set("global", name.replace("_", "-"), value)
    settings.set("global", "quiet", "1")
    target = HOME / ".config" / "pip" / "pip.conf"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.touch(mode=0o600)
    with target.open("w", encoding="utf-8") as stream:
        settings.write(stream)


def main() -> int:
    """Copy, prepare and run; the exit code is that of ansible-test."""
    copy_checkout()
    make_home()
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    command = ["ansible-test", "sanity", "--local", "--python", version, "--color", "no", *sys.argv[1:]]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")}
    environment["HOME"] = str(HOME)
    environment["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), environment.get("PATH", os.defpath)])
    return subprocess.run(command, cwd=COPY, env=environment, stdin=subprocess.DEVNULL, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
