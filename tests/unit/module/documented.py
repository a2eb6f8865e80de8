"""What the modules say about themselves: documentation with its fragments, results, argument spec."""

from __future__ import annotations

import functools
import importlib
import typing as t
from pathlib import Path
from types import ModuleType

import yaml

ROOT = Path(__file__).resolve().parents[3]
PLUGINS = "ansible_collections.wxcc.onboarding.plugins"
MODULES = sorted(path.stem for path in (ROOT / "plugins" / "modules").glob("*.py"))


def module(name: str) -> ModuleType:
    return importlib.import_module(f"{PLUGINS}.modules.{name}")


@functools.cache
def fragments(name: str) -> list[str]:
    """Return the fragments that a module extends, without the collection's name."""
    documentation = yaml.safe_load(module(name).DOCUMENTATION)
    return [f.removeprefix("wxcc.onboarding.") for f in documentation.get("extends_documentation_fragment", [])]


@functools.cache
def options(name: str) -> dict[str, t.Any]:
    """Return the documented options, those of the fragments included; what the module itself says goes first."""
    found: dict[str, t.Any] = {}
    for fragment in fragments(name):
        file, _dot, part = fragment.partition(".")
        holder = importlib.import_module(f"{PLUGINS}.doc_fragments.{file}").ModuleDocFragment
        found |= yaml.safe_load(getattr(holder, part.upper() or "DOCUMENTATION")).get("options") or {}
    return found | (yaml.safe_load(module(name).DOCUMENTATION).get("options") or {})


@functools.cache
def returns(name: str) -> dict[str, t.Any]:
    found: dict[str, t.Any] = yaml.safe_load(module(name).RETURN)
    return found
