# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An answer's body, taken in up to a bound: a few packed bytes may stand for more than the machine has. Private to this collection."""

from __future__ import annotations

import typing as t
import zlib

#: The most that an answer may hold, packed or unpacked. The largest page that the services give is a tenth of it.
MAX_ANSWER_BYTES = 32 * 1024 * 1024
#: How answers may be packed, and what zlib is told then. What is packed twice or in another way was not asked for.
_PACKED = {"gzip": 16 + zlib.MAX_WBITS, "x-gzip": 16 + zlib.MAX_WBITS, "deflate": zlib.MAX_WBITS}
#: What requests say of it.
HEADERS = {"Accept-Encoding": "gzip, deflate"}


class Unusable(Exception):
    """An answer that is not read to its end; its words are ours."""


class Body:
    """Takes an answer in, part by part, and unpacks it. ``packed`` is its Content-Encoding. :raises Unusable: there is no such packing."""

    def __init__(self, packed: str) -> None:
        packed = packed.strip().lower() or "identity"
        if packed != "identity" and packed not in _PACKED:
            raise Unusable("the answer is packed in a way that was not asked for")
        self._unpacker = None if packed == "identity" else zlib.decompressobj(_PACKED[packed])
        self._came = 0
        self._content = bytearray()

    def take(self, part: bytes) -> None:
        """Take the next part, as it came. :raises Unusable: it cannot be unpacked, or the whole is too large."""
        self._came += len(part)
        if self._unpacker is None:
            self._content += part
        else:
            # What follows the end of the packing is not the answer's.
            while part and not self._unpacker.eof and not self._too_large():
                self._content += self._unpack(part)
                part = self._unpacker.unconsumed_tail
        if self._too_large():
            raise Unusable(f"the answer holds more than {MAX_ANSWER_BYTES // 1024} KiB")

    def content(self) -> bytes:
        """Return all of it. :raises Unusable: its packing has no end."""
        if self._unpacker is not None and self._came and not self._unpacker.eof:
            raise Unusable("the answer cannot be unpacked")
        return bytes(self._content)

    def _too_large(self) -> bool:
        return max(self._came, len(self._content)) > MAX_ANSWER_BYTES

    def _unpack(self, part: bytes) -> bytes:
        try:
            unpacked: bytes = t.cast(t.Any, self._unpacker).decompress(part, MAX_ANSWER_BYTES + 1 - len(self._content))
        except zlib.error:
            raise Unusable("the answer cannot be unpacked") from None
        return unpacked
