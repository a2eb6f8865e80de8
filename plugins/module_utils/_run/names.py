# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names in paths: of a run, and of a host in runs, exports, reports and results. Private to this collection."""

from __future__ import annotations

import hashlib
import re
import secrets
import time
import unicodedata

from .._steps import REPORT_FILES

#: Hexadecimal digits of a digest: as many as no UUID, time or date ends with, so that few names look as if they had one.
_DIGITS = 10
#: A name that ends like this might be another one's spelling, so it gets a digest of its own.
_LIKE_A_DIGEST = re.compile(rf"-[0-9a-f]{{{_DIGITS}}}\Z", re.IGNORECASE)
#: Bytes of a spelling. A file name may have 255 (143 where home directories are encrypted), and other words stand beside the host's.
_LONGEST = 100

#: A run's id: when it began (UTC), and six random digits, since many may begin in one second.
RUN_ID = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{6}")


def new_run_id() -> str:
    """Return the id of a run that begins now: ``20261125T043028Z-3f9a1c``."""
    return f"{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}-{secrets.token_hex(3)}"


def spelled(host: str) -> str:
    """Return a name of the inventory as a file name. Readable, and no two names have one spelling.

    Letters, marks and digits of any script stay, and so do ``.``, ``_`` and ``-``; everything else becomes ``_``, and a short digest of
    the name is added. It is added as well where only the file system could take two names for one: many look neither at upper and lower
    case nor at how an accent is composed (``Acme`` and ``acme``), so only names in lower case are spelled as they are.
    """
    kept = "".join(character if _stays(character) else "_" for character in host)
    if kept.startswith("."):
        kept = f"_{kept[1:]}"
    plain = kept == host and bool(host) and len(host.encode()) <= _LONGEST
    if plain and _folded(host) == host and not _LIKE_A_DIGEST.search(host) and host not in REPORT_FILES.values():
        return host
    digest = hashlib.sha256(host.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]
    short = kept.encode()[: _LONGEST - _DIGITS - 1].decode(errors="ignore")
    return f"{short or '_'}-{digest}"


def _stays(character: str) -> bool:
    return character in "._-" or unicodedata.category(character)[0] in "LMN"


def _folded(name: str) -> str:
    """Return what a file system may take a name for that looks neither at case nor at composition."""
    return unicodedata.normalize("NFC", name.casefold())
