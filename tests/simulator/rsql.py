"""Filters of the contact center lists: RSQL with ==, !=, =in=, =out=, `;` for and, `,` for or, and parentheses."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from .errors import ApiError
from .strict_json import MAX_DEPTH

Record = dict[str, Any]
Test = Callable[[Record], bool]
_TOKEN = re.compile(r"""\s*(=in=|=out=|==|!=|[();,]|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^\s();,=!"']+)""")


def _bad(text: str) -> ApiError:
    return ApiError(400, f"Invalid filter: {text}")


def _same(value: Any, wanted: set[str]) -> bool:
    if isinstance(value, bool):
        return str(value).lower() in wanted
    if isinstance(value, list):
        return any(_same(item, wanted) for item in value)
    return value is not None and str(value) in wanted


class Filter:
    """A parsed filter; ``equal`` holds the values of a lone ``field==value`` or ``field=in=(...)``, for an index."""

    def __init__(self, text: str, check: Callable[[str], None]) -> None:
        self.tokens: list[str] = []
        position = 0
        text = text.strip()
        while position < len(text):
            match = _TOKEN.match(text, position)
            if match is None:
                raise _bad(text)
            self.tokens.append(match.group(1))
            position = match.end()
        self.at = 0
        self.depth = 0
        self.check = check
        self.comparisons = 0
        self.equal: tuple[str, list[str]] | None = None
        self.test = self._any()
        if self.at < len(self.tokens):
            raise _bad(f"{self.tokens[self.at]} not expected")
        if self.comparisons != 1:
            self.equal = None

    def _next(self) -> str:
        if self.at >= len(self.tokens):
            raise _bad("it ends too early")
        self.at += 1
        return self.tokens[self.at - 1]

    def _chain(self, mark: str, part: Callable[[], Test]) -> list[Test]:
        parts = [part()]
        while self.at < len(self.tokens) and self.tokens[self.at] == mark:
            self.at += 1
            parts.append(part())
        return parts

    def _any(self) -> Test:
        parts = self._chain(",", self._all)
        return parts[0] if len(parts) == 1 else lambda record: any(part(record) for part in parts)

    def _all(self) -> Test:
        parts = self._chain(";", self._one)
        return parts[0] if len(parts) == 1 else lambda record: all(part(record) for part in parts)

    def _one(self) -> Test:
        token = self._next()
        if token == "(":
            self.depth += 1
            if self.depth > MAX_DEPTH:
                raise _bad("nested too deep")
            found = self._any()
            if self._next() != ")":
                raise _bad(") expected")
            self.depth -= 1
            return found
        self.check(token)
        operator = self._next()
        if operator in ("=in=", "=out="):
            values = self._list()
        elif operator in ("==", "!="):
            values = [_plain(self._next())]
        else:
            raise _bad(f"operator {operator}")
        self.comparisons += 1
        wanted = set(values)
        if operator in ("==", "=in="):
            self.equal = (token, values)
            return lambda record: _same(record.get(token), wanted)
        return lambda record: not _same(record.get(token), wanted)

    def _list(self) -> list[str]:
        if self._next() != "(":
            raise _bad("( expected")
        values = [_plain(self._next())]
        while (mark := self._next()) == ",":
            values.append(_plain(self._next()))
        if mark != ")":
            raise _bad(") expected")
        return values


def _plain(token: str) -> str:
    if token[0] in "\"'":
        return re.sub(r"\\(.)", r"\1", token[1:-1])
    if token in ("(", ")", ";", ",", "==", "!=", "=in=", "=out="):
        raise _bad(f"{token} not expected")
    return token
