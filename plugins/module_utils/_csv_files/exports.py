# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Exports on disk: never over a file that somebody has edited, and never with parts of an older one beside. Private to this collection.

A hidden file beside the export, ``.agents.csv.sha256``, keeps the digests of what was written last, as ``sha256sum`` writes them. What
still has its digest is ours, and may be replaced or taken away; anything else is somebody's work.
"""

from __future__ import annotations

import dataclasses
import hashlib
import os
import typing as t

from .._errors import InputError, Problem
from .._files import write_bytes
from .._run.record import digest_of
from .write import holds_bytes, part_names, write_parts


@dataclasses.dataclass(slots=True, frozen=True)
class ExportFiles:
    """What is to be written for one export, and what stands there."""

    dest: str
    data: t.Sequence[bytes]

    @property
    def paths(self) -> list[str]:
        """The files of the new export, in order."""
        return part_names(self.dest, len(self.data))

    @property
    def changed(self) -> bool:
        """Whether anything is to be written or taken away."""
        same = all(holds_bytes(path, part) for path, part in zip(self.paths, self.data, strict=True))
        return not same or bool(self.left_over())

    def left_over(self) -> list[str]:
        """Return the files of the export before that do not belong to this one."""
        return [path for path in self._digests() if path not in self.paths and os.path.lexists(path)]

    def edited(self) -> list[str]:
        """Return the files in the way that are not as an export left them."""
        new = dict(zip(self.paths, self.data, strict=True))
        there = [p for p in [*self.paths, *self.left_over()] if os.path.lexists(p)]
        return [p for p in there if not self._is_ours(p) and not (p in new and holds_bytes(p, new[p]))]

    def write(self, *, force: bool) -> list[str]:
        """Write the files and take away what is left of the export before. Return the files that were edited and so stay there.

        :param force: edited files of the same names are written over.
        :raises InputError: there are some, and ``force`` is not given.
        :raises OSError: they cannot be written.
        """
        self.refuse_edited(force=force)
        kept = [path for path in self.left_over() if not self._is_ours(path)]
        for path in self.left_over():
            if path not in kept:
                os.unlink(path)
        paths = write_parts(self.dest, self.data)
        lines = (
            f"{hashlib.sha256(d).hexdigest()}  {os.path.basename(p)}\n" for p, d in zip(paths, self.data, strict=True)
        )
        write_bytes(self._beside, "".join(lines).encode())
        return kept

    def refuse_edited(self, *, force: bool) -> None:
        """Refuse to write over what somebody has edited. :raises InputError: names the files."""
        edited = self.edited()
        if edited and not force:
            text = f"{', '.join(edited)} {'were' if len(edited) > 1 else 'was'} edited since the last export, or never came from one."
            raise InputError(
                Problem("invalid_input", text, advice="Export to another place, or set force to write over it.")
            )

    @property
    def _beside(self) -> str:
        where, name = os.path.split(self.dest)
        return os.path.join(where, f".{name}.sha256")

    def _digests(self) -> dict[str, str]:
        try:
            with open(self._beside, encoding="utf-8", errors="replace") as file:
                pairs = [line.rstrip("\n").split("  ", 1) for line in file]
        except OSError:
            return {}
        where = os.path.dirname(self.dest)
        # A name with a folder in it is none of ours.
        return {os.path.join(where, p[1]): p[0] for p in pairs if len(p) == 2 and os.path.basename(p[1]) == p[1]}

    def _is_ours(self, path: str) -> bool:
        try:
            return os.path.isfile(path) and not os.path.islink(path) and digest_of(path) == self._digests().get(path)
        except OSError:
            return False
