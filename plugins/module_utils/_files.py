# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading and writing files: JSON, JSON lines, and whole files at one stroke. Private to this collection.

The one place that does so. Everything written here is readable by its owner alone (0600), since the files of a run name people.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
import time
import typing as t

from ._errors import InputError, Problem

JsonObject = dict[str, t.Any]
#: Half of a character, which UTF-8 cannot hold, is written as JSON escapes it.
_HALVES = "backslashreplace"


def timestamp(seconds: float | None = None) -> str:
    """Return a time (default: now) as the files of a run write it: UTC, to the second, ``2026-11-25T07:00:00Z``."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


@contextlib.contextmanager
def replacing(path: str | os.PathLike[str]) -> t.Iterator[t.BinaryIO]:
    """Write a file at one stroke: whoever reads it finds the old or the new one, never half. Leaving with an error leaves the old one.

    :raises OSError: the directory cannot be written.
    """
    target = os.path.abspath(path)
    try:
        descriptor, temporary = tempfile.mkstemp(dir=os.path.dirname(target), prefix=".", suffix=".tmp")
    except OSError as error:
        # Nobody asked for a file of that name.
        raise OSError(error.errno, error.strerror, target) from None
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
        os.replace(temporary, target)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary)
        raise


def write_bytes(path: str | os.PathLike[str], data: bytes) -> None:
    """Write a file at one stroke. :raises OSError: it cannot be written."""
    with replacing(path) as file:
        file.write(data)


def write_json(path: str | os.PathLike[str], data: t.Any) -> None:
    """Write JSON in one line at one stroke. :raises OSError: it cannot be written."""
    write_bytes(path, json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode(errors=_HALVES) + b"\n")


def read_json(path: str | os.PathLike[str]) -> t.Any:
    """Return what a JSON file holds.

    :raises OSError: it cannot be read (FileNotFoundError among them).
    :raises ValueError: it is not JSON in UTF-8.
    """
    with open(path, encoding="utf-8") as file:
        return json.load(file)


@contextlib.contextmanager
def named_by_option(option: str, path: str, findings: t.Sequence[JsonObject] = ()) -> t.Iterator[None]:
    """Tell what the system says of a file that an option names: ``dest /nowhere/people.json: No such file or directory.``

    :param findings: what else is to be told with the error.
    :raises InputError: the file cannot be read or written.
    """
    try:
        yield
    except OSError as error:
        raise InputError(Problem("invalid_input", f"{option} {path}: {error.strerror or error}."), findings) from None


def read_json_of_option(option: str, path: str, *, absent: t.Any = None) -> t.Any:
    """Return what the JSON file holds that an option names.

    :param absent: what is returned where there is no such file; None: that is an error.
    :raises InputError: it cannot be read, or is not JSON in UTF-8.
    """
    with named_by_option(option, path):
        try:
            return read_json(path)
        except FileNotFoundError:
            if absent is None:
                raise
            return absent
        except (ValueError, RecursionError) as error:
            raise InputError(Problem("invalid_input", f"{option} {path} is not JSON: {error}.")) from None


def read_lines(path: str | os.PathLike[str] | None) -> t.Iterator[JsonObject]:
    """Yield the objects of a file of JSON lines; nothing where there is no file. A line that was cut short is left out.

    :raises OSError: the file is there and cannot be read.
    """
    if not path:
        return
    with contextlib.suppress(FileNotFoundError), open(path, encoding="utf-8", errors="replace") as file:
        for line in file:
            try:
                value = json.loads(line)
            except ValueError:
                continue
            if isinstance(value, dict):
                yield value


class Lines:
    """Appends JSON lines to a file (made 0600), each there as soon as it is written. With no path it does nothing."""

    def __init__(self, path: str | os.PathLike[str] | None) -> None:
        self._file: t.TextIO | None = None
        if path:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            self._file = os.fdopen(descriptor, "a", encoding="utf-8", buffering=1)

    def add(self, entry: t.Mapping[str, t.Any]) -> None:
        """Append one object."""
        if self._file is not None:
            self._file.write(json.dumps(entry, ensure_ascii=False) + "\n")

    def close(self) -> None:
        """Close the file; to be called once more does no harm."""
        if self._file is not None:
            self._file.close()
            self._file = None


def write_lines(path: str | os.PathLike[str], entries: t.Iterable[t.Mapping[str, t.Any]]) -> None:
    """Write a file of JSON lines at one stroke. :raises OSError: it cannot be written."""
    write_bytes(path, "".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in entries).encode(errors=_HALVES))


def append_lines(path: str | os.PathLike[str] | None, entries: t.Iterable[t.Mapping[str, t.Any]]) -> None:
    """Append these objects to a file of JSON lines (made 0600). :raises OSError: it cannot be written."""
    if not path:
        return
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "a", encoding="utf-8") as file:
        file.writelines(json.dumps(entry, ensure_ascii=False) + "\n" for entry in entries)
