# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Text that people write as YAML or JSON. Private to this collection.

YAML is read by PyYAML, which ansible-core brings to the controller, where lists and files of people are read; a Python without it reads
JSON all the same. Numbers and words are taken as JSON takes them: ``0123``, ``12:30``, ``no`` and ``2026-11-25`` stay texts. A key that
stands twice in one mapping is an error, since one of the two people would be lost.
"""

from __future__ import annotations

import functools
import importlib
import json
import re
import typing as t

#: Values of a text, those behind aliases counted each time: beyond this it is no roster but one that grows without end.
_MOST = 3_000_000
_TAG = "tag:yaml.org,2002:"
#: How plain words of YAML are read: the kind, its words, and the characters with which they begin.
_PLAIN = (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"-?(?:0|[1-9][0-9]*)", list("-0123456789")),
    ("float", r"-?(?:0|[1-9][0-9]*)\.[0-9]+", list("-0123456789")),
    ("merge", r"<<", ["<"]),
)
_TAGS = frozenset(f"{_TAG}{kind}" for kind in ("str", "map", "seq", *(kind for kind, _words, _first in _PLAIN)))


class NotReadable(ValueError):
    """A text that is neither, or cannot be taken as it stands; the message goes on behind a comma: ``line 3, column 5: ...``."""


def read_text(text: str) -> t.Any:
    """Return what a text holds that is YAML or JSON. :raises NotReadable: says where it is not."""
    if text.lstrip()[:1] not in ("[", "{"):
        return read_yaml(text)
    try:
        return read_json_text(text)
    except json.JSONDecodeError as error:
        try:
            return read_yaml(text)
        except NotReadable:
            raise NotReadable(f"line {error.lineno}, column {error.colno}: {_lowered(error.msg)}") from None


def read_json_text(text: str) -> t.Any:
    """Return what JSON holds. :raises NotReadable: a key stands twice. :raises json.JSONDecodeError: it is no JSON."""
    try:
        return json.loads(text, object_pairs_hook=_unique)
    except RecursionError:
        raise NotReadable("it is nested too deeply") from None


def _unique(pairs: list[tuple[str, t.Any]]) -> dict[str, t.Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _value in pairs]
        raise NotReadable(_twice(next(key for key in keys if keys.count(key) > 1)))
    return found


def _twice(key: str) -> str:
    return f"the key {key} stands twice in one mapping, as where a person does not begin with '- ' or with a brace"


def read_yaml(text: str) -> t.Any:
    """Return what YAML holds. :raises NotReadable: says where it is none, or that this Python cannot read it."""
    try:
        yaml = importlib.import_module("yaml")
    except ImportError:
        raise NotReadable("to read YAML, the Python that runs this needs PyYAML; JSON needs nothing") from None
    try:
        loader = _loader()(text)
        try:
            node = loader.get_single_node()
            if node is None:
                return None
            _check(node)
            return loader.construct_document(node)
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise NotReadable(f"{_at(mark)}{_lowered(error.problem or error.context or 'it is no YAML')}") from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1 if isinstance(error.position, int) else 1
        raise NotReadable(f"line {line}: it holds a character that YAML does not allow") from None
    except RecursionError:
        raise NotReadable("it is nested too deeply") from None
    except UnicodeError:
        raise NotReadable("it holds halves of characters") from None


def _at(mark: t.Any) -> str:
    return f"line {mark.line + 1}, column {mark.column + 1}: " if mark is not None else ""


def _lowered(text: str) -> str:
    return f"{text[:1].lower()}{text[1:]}"


@functools.cache
def _loader() -> t.Any:
    """Return the loader: PyYAML's safe one, in C where there is that, with the plain words of this module alone."""
    yaml = importlib.import_module("yaml")
    base = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    loader: t.Any = type("Loader", (base,), {"yaml_implicit_resolvers": {}})
    for kind, words, first in _PLAIN:
        loader.add_implicit_resolver(f"{_TAG}{kind}", re.compile(rf"(?:{words})\Z"), first)
    return loader


def _check(node: t.Any) -> None:
    """Look at everything that was written. :raises NotReadable: a key stands twice, a tag is not ours, or there is no end of it."""
    waiting, seen = [node], 0
    while waiting:
        one = waiting.pop()
        seen += 1
        if seen > _MOST:
            raise NotReadable("its aliases (*) make more of it than any roster holds")
        if one.tag not in _TAGS:
            raise NotReadable(f"{_at(one.start_mark)}the tag {one.tag.replace(_TAG, '!!')} is not taken here")
        if one.id == "mapping":
            _check_keys(one)
            waiting += [value for _key, value in one.value]
        elif one.id == "sequence":
            waiting += one.value


def _check_keys(mapping: t.Any) -> None:
    keys: set[str] = set()
    for key, _value in mapping.value:
        if key.id != "scalar":
            raise NotReadable(f"{_at(key.start_mark)}a key is no text")
        if key.value in keys:
            raise NotReadable(f"{_at(key.start_mark)}{_twice(key.value)}")
        keys.add(key.value)
