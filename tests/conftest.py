"""What every test needs: the collection under its own name, this environment's tools, no way to a real organization."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
COLLECTIONS = ROOT / "build" / "collections"


def _link_collection() -> None:
    """Let the checkout be found as ansible_collections/wxcc/onboarding, wherever it lies.

    Test workers start at the same time, so each may find that another one has just made the link.
    """
    link = COLLECTIONS / "ansible_collections" / "wxcc" / "onboarding"
    link.parent.mkdir(parents=True, exist_ok=True)
    if link.is_symlink() and link.resolve() == ROOT:
        return
    fresh = link.with_name(f".onboarding-{os.getpid()}")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(ROOT, target_is_directory=True)
    fresh.replace(link)


def _set_environment() -> None:
    """Point Ansible at the checkout and keep the person's own settings, tokens and proxies out of the tests."""
    proxies = {"http_proxy", "https_proxy", "all_proxy"}
    for name in list(os.environ):
        if name.startswith(("WEBEX_", "WXCC_", "ANSIBLE_")) or name.lower() in proxies:
            del os.environ[name]
    os.environ["ANSIBLE_COLLECTIONS_PATH"] = str(COLLECTIONS)
    os.environ["ANSIBLE_HOME"] = str(ROOT / "build" / "ansible")
    os.environ["ANSIBLE_NOCOLOR"] = "1"
    # Locks of organizations: each worker has simulators of its own, with the same organizations.
    os.environ["XDG_STATE_HOME"] = str(ROOT / "build" / "state" / os.environ.get("PYTEST_XDIST_WORKER", "alone"))
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    if str(COLLECTIONS) not in sys.path:
        sys.path.insert(0, str(COLLECTIONS))


_link_collection()
_set_environment()


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Keep pytest-ansible, where somebody has installed it, from building a collection tree of its own."""
    if hasattr(config.option, "ansible_unit_inject_only"):
        config.option.ansible_unit_inject_only = True


def _rank(item: pytest.Item) -> int:
    """Return the place in the order: first classes that share long runs, then other runs of playbooks, units at last."""
    if "integration" not in item.path.parts:
        return 3
    if item.getparent(pytest.Class) is not None or item.get_closest_marker("procedure") is not None:
        return 0
    return 1 if "stage" in getattr(item, "fixturenames", ()) else 2


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest: a long fixture that starts last keeps one worker busy alone at the end."""
    items.sort(key=_rank)


@pytest.fixture(scope="session")
def repository() -> Path:
    """Root of the checkout."""
    return ROOT
