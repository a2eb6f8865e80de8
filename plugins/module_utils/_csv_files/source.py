# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the bytes of a CSV file come from, and the one exception of a file that cannot be read as a table. Private to this collection."""

from __future__ import annotations

import io
import os
import stat
import typing as t

from .._roster.finding import Finding
from .findings import find

MAX_BYTES = 512 * 1024 * 1024


class CsvProblem(Exception):
    """The file cannot be read as a table, for the reason that a rule of findings.py gives. line: 0 where none can be named."""

    def __init__(self, name: str, line: int = 0, **words: t.Any) -> None:
        self._finding = find(name, "", line, **words)
        super().__init__(f"{self._finding.meaning} {self._finding.action}")

    @property
    def code(self) -> str:
        """The code of the finding."""
        return self._finding.code

    def finding(self, file: str) -> Finding:
        """The same as a finding of level error."""
        return self._finding._replace(file=file)


class Source:
    """Where the bytes come from: a path that is read as a stream, or bytes at hand.

    name: what messages call it. Anything that is not a regular file (a pipe, say) is read once and kept, since the
    inspection and the rows each need a pass.
    """

    def __init__(self, name: str, data: bytes | None = None, path: str | None = None) -> None:
        if (data is None) == (path is None):
            raise ValueError("a Source takes either data or path")
        self.name = name
        self.path = path
        self._data = data

    @classmethod
    def from_path(cls, path: str | os.PathLike[str], name: str | None = None) -> Source:
        """A source over a file; `name` defaults to the last part of the path."""
        text = os.fspath(path)
        return cls(name or os.path.basename(text) or text, path=text)

    def open(self) -> t.IO[bytes]:
        """A fresh binary stream from the first byte. Raises CsvProblem if the file cannot be opened."""
        if self._data is not None:
            return io.BytesIO(self._data)
        path = self.path or ""
        try:
            mode = os.stat(path).st_mode
            if stat.S_ISDIR(mode):
                raise CsvProblem("unreadable.directory")
            if not stat.S_ISREG(mode):
                with open(path, "rb") as stream:
                    self._data = stream.read(MAX_BYTES + 1)
                return io.BytesIO(self._data)
            return open(path, "rb")
        except (OSError, ValueError) as exc:
            reason = exc.strerror if isinstance(exc, OSError) and exc.strerror else str(exc)
            raise CsvProblem("unreadable", reason=reason) from exc
