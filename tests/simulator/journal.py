"""The record of every request that was not the simulator's own: compact, parsed only when somebody reads it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import parse_qs

from .strict_json import parsed


@dataclass(slots=True)
class Entry:
    """One exchange; bodies are kept as the bytes that went over the wire."""

    time: float
    method: str
    path: str
    query: bytes
    request: bytes
    status: int | None
    response: bytes
    json_response: bool
    organization: str | None
    token_kind: str | None
    ms: float
    fault: str | None


class Journal:
    """All exchanges since the start or the last DELETE."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def add(self, entry: Entry) -> None:
        """Keep an exchange."""
        self.entries.append(entry)

    def clear(self) -> None:
        """Forget everything."""
        self.entries = []

    def lines(self) -> Iterator[bytes]:
        """Yield the exchanges as JSON lines."""
        for entry in list(self.entries):
            yield render(entry)


def _request_body(raw: bytes) -> str:
    """Return JSON text for a request body: itself where it is sound JSON, a JSON string of it otherwise, null when empty."""
    if not raw:
        return "null"
    try:
        return json.dumps(parsed(raw), ensure_ascii=False, separators=(",", ":"))
    except ValueError:
        return json.dumps(raw.decode(errors="replace"), ensure_ascii=False)


def render(entry: Entry) -> bytes:
    """Return one JSON line.

    The page cursor that the server itself put into a Link header is no parameter of the description: it stands in
    ``cursor``, beside ``query``.
    """
    query = parse_qs(entry.query.decode(errors="replace"), keep_blank_values=True)
    cursor = query.pop("cursor", None)
    head = {
        "time": datetime.fromtimestamp(entry.time, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "method": entry.method,
        "path": entry.path,
        "query": query,
        "status": entry.status,
        "organization": entry.organization,
        "token_kind": entry.token_kind,
        "ms": round(entry.ms, 2),
    }
    if cursor:
        head["cursor"] = cursor[0]
    if entry.fault:
        head["fault"] = entry.fault
    text = json.dumps(head, ensure_ascii=False, separators=(",", ":"))
    # answers of the routes are compact JSON without line ends: they go in as they are
    if not entry.response:
        response = "null"
    elif entry.json_response:
        response = entry.response.decode()
    else:
        # what is no JSON (HTML, cut off) stands beside, as text
        raw = json.dumps(entry.response.decode(errors="replace"), ensure_ascii=False)
        text, response = f'{text[:-1]},"response_text":{raw}}}', "null"
    return f'{text[:-1]},"request":{_request_body(entry.request)},"response":{response}}}\n'.encode()
