"""JSON that can be kept and sent again: what the standard library reads beyond that is refused."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable
from typing import Any

#: how deep arrays and objects may lie in each other, and parentheses in filters; what is kept is copied and sent again
MAX_DEPTH = 50
#: half of a character that takes two escapes: alone it is JSON that no answer can carry
_HALF = re.compile(rb"\\u[dD][89a-fA-F]")


def parsed(raw: bytes) -> Any:
    """Return the content of JSON text.

    Raises ValueError where it is none, and for NaN, numbers beyond a double, half characters and more than MAX_DEPTH levels.
    """
    try:
        content = json.loads(raw, parse_constant=_no_number, parse_float=_finite)
    except RecursionError:
        raise ValueError("nested too deep") from None
    if raw.count(b"[") + raw.count(b"{") > MAX_DEPTH:
        _check_depth(content)
    if _HALF.search(raw):
        json.dumps(content, ensure_ascii=False).encode()
    return content


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is no JSON")


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"{text} is too large")
    return value


def _check_depth(content: Any) -> None:
    level = _containers([content])
    for _ in range(MAX_DEPTH):
        level = [inner for item in level for inner in _containers(item.values() if isinstance(item, dict) else item)]
        if not level:
            return
    raise ValueError("nested too deep")


def _containers(items: Iterable[Any]) -> list[Any]:
    return [item for item in items if isinstance(item, (dict, list))]
