"""Texts that names and cells may hold, and that go wrong where somebody was careless."""

from __future__ import annotations

# Characters that come from names, spreadsheets and accidents; no NUL, and no halves of a surrogate pair.
AWKWARD = [
    ",",
    ";",
    "\t",
    '"',
    "'",
    "\r\n",
    "\n",
    "\r",
    "=",
    "+",
    "-",
    "@",
    "0",
    "007",
    "é",
    "ß",
    "م",
    "ש",
    "\u202e",
    "\u200d",
    "👩‍💻",
]
