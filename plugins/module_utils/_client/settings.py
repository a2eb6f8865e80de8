# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How to reach the services: options, addresses, and the origins that the token may go to. Private to this collection."""

from __future__ import annotations

import base64
import dataclasses
import html
import json
import math
import re
import typing as t
import urllib.parse

from .._errors import ApiError
from .._run.kinds import MAX_CONCURRENCY
from .routes import CONTACT_CENTER, Service

DEFAULT_WEBEX_URL = "https://webexapis.com"
#: The contact center's hosts by region (vendor's samples and clients).
REGIONS = ("us1", "eu1", "eu2", "anz1", "ca1", "jp1", "sg1", "in1")
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

#: What no secret holds, and what a header can carry of a token.
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_TOKEN = re.compile(r"[\x21-\x7e]+")
_ESCAPE = re.compile("%[0-9A-F]{2}")
#: In letters.
_SHORTEST_SECRET = 4

#: Scheme, host in lower case, port.
Origin: t.TypeAlias = tuple[str, str, int]


@dataclasses.dataclass(slots=True)
class Settings:
    """How to reach the services. Filled from module options; see the connection documentation fragment. Times are in seconds.

    Blanks and line ends around secrets are taken off, as a file or a survey adds them; what is empty then counts as not given.

    :raises ApiError: one of them holds what it cannot hold. The library would quote it, in a spelling that nothing hides.
    """

    access_token: str | None = dataclasses.field(default=None, repr=False)
    refresh_token: str | None = dataclasses.field(default=None, repr=False)
    client_id: str | None = None
    client_secret: str | None = dataclasses.field(default=None, repr=False)
    webex_api_url: str = DEFAULT_WEBEX_URL
    wxcc_api_url: str | None = None
    region: str = "us1"
    timeout: float = 60.0
    validate_certs: bool = True
    ca_path: str | None = None
    client_cert: str | None = None
    client_key: str | None = None
    proxy: str | None = dataclasses.field(default=None, repr=False)
    concurrency: int = 10
    requests_per_minute: int = 0
    retry_deadline: float = 300.0
    journal_file: str | None = None

    def __post_init__(self) -> None:
        for option in ("access_token", "refresh_token", "client_id", "client_secret", "proxy"):
            value = (getattr(self, option) or "").strip() or None
            setattr(self, option, value)
            if value and _CONTROL.search(value):
                raise ApiError.of("invalid_input", f"{option} holds a line end or another control character.")
        if self.access_token and not _TOKEN.fullmatch(self.access_token):
            raise ApiError.of("invalid_input", "access_token holds a blank or a letter that no token has.")
        if not 1 <= self.concurrency <= MAX_CONCURRENCY:
            raise ApiError.of(
                "invalid_input",
                f"concurrency is {self.concurrency}: a number from 1 to {MAX_CONCURRENCY} is needed.",
                advice="Correct concurrency (variable webex_concurrency) and run again; 10 serves most organizations.",
            )
        if self.requests_per_minute < 0:
            raise ApiError.of(
                "invalid_input", f"requests_per_minute is {self.requests_per_minute}: 0 or more is needed."
            )
        for option, least in (("timeout", 0.001), ("retry_deadline", 0.0)):
            seconds = getattr(self, option)
            if not (math.isfinite(seconds) and seconds >= least):
                raise ApiError.of("invalid_input", f"{option} is {seconds}: a number of seconds is needed.")

    @property
    def renewable(self) -> bool:
        """Return whether there is all that it takes to get a new token."""
        return bool(self.refresh_token and self.client_id and self.client_secret)

    def secrets(self) -> list[str]:
        """Return what must stand in no message, in every form in which it might."""
        values = [self.access_token, self.refresh_token, self.client_secret]
        pairs = [(self.client_id, self.client_secret)]
        for address in (self.proxy, self.webex_api_url, self.wxcc_api_url):
            user, password = credentials(address or "")
            values += [password, urllib.parse.unquote(password)]
            pairs += [(user, password), (urllib.parse.unquote(user), urllib.parse.unquote(password))]
        return forms(values, pairs)


def forms(values: t.Iterable[str | None], pairs: t.Iterable[tuple[str | None, str | None]] = ()) -> list[str]:
    """Return secrets in every form in which a message might hold them, the longest first, so that no part of one is left.

    As given, without blanks around, escaped for an address (in both spellings), for JSON and for HTML; and in base64, as what is
    sent in the header of basic credentials. ``pairs`` are (name, secret) of such.
    """
    given = {text for value in values for text in (value or "", (value or "").strip()) if text}
    derived = {form for text in given for form in _escaped(text)}
    derived.update(form for name, secret in pairs if secret for form in _in_base64(f"{name or ''}:{secret}"))
    found = given | {form for form in derived if len(form) >= _SHORTEST_SECRET}
    return sorted(found, key=lambda form: (-len(form), form))


def redacted(text: str, secrets: t.Iterable[str]) -> str:
    """Return ``text`` with asterisks for every secret. Shorter ones than four characters would tear holes into every message."""
    for secret in sorted(secrets, key=lambda secret: (-len(secret), secret)):
        if len(secret) >= _SHORTEST_SECRET:
            text = text.replace(secret, "********")
    return text


def _escaped(text: str) -> t.Iterator[str]:
    once = urllib.parse.quote(text, safe="")
    yield from (
        once,
        _ESCAPE.sub(lambda found: found[0].lower(), once),
        urllib.parse.quote(text),
        urllib.parse.quote_plus(text),
    )
    yield from (json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1], repr(text)[1:-1], html.escape(text))
    yield from _in_base64(text)


def _in_base64(text: str) -> t.Iterator[str]:
    raw = text.encode("utf-8", "surrogatepass")
    for encoded in (base64.b64encode(raw), base64.urlsafe_b64encode(raw)):
        yield encoded.decode("ascii").rstrip("=")


def credentials(url: str) -> tuple[str, str]:
    """Return user name and password in an address as they stand there; empty where there are none."""
    try:
        parts = urllib.parse.urlsplit(url)
    except ValueError:
        return "", ""
    return parts.username or "", parts.password or ""


@dataclasses.dataclass(frozen=True, slots=True)
class ServiceUrls:
    """Where the two services are: ``scheme://host[:port][/path]`` each, without a slash at the end."""

    admin: str
    contact_center: str

    @classmethod
    def of(cls, settings: Settings) -> ServiceUrls:
        """Return the addresses that the settings name. :raises ApiError: one of them cannot be used."""
        contact_center = settings.wxcc_api_url or f"https://api.wxcc-{settings.region}.cisco.com"
        return cls(
            api_address(settings.webex_api_url, "webex_api_url"),
            api_address(contact_center, "wxcc_api_url"),
        )

    def of_service(self, service: Service) -> str:
        """Return the address of one of the two services."""
        return self.contact_center if service == CONTACT_CENTER else self.admin

    @property
    def origins(self) -> frozenset[Origin]:
        """Return the places that the token may go to."""
        return frozenset({origin(self.admin), origin(self.contact_center)})

    @property
    def loopback(self) -> bool:
        """Return whether nothing leaves this machine."""
        return all(host in LOOPBACK for _scheme, host, _port in self.origins)


def api_address(url: str, option: str) -> str:
    """Return ``scheme://host[:port][/path]`` of an API address, with a trailing ``/v1`` and slashes taken off.

    :raises ApiError: not http(s), no host, a user name in it, or plain http to anything but loopback. ``option`` is named.
    """
    if "@" in url:
        raise ApiError.of(
            "host_refused", f"{option} must not hold a user name or password.", advice="Use access_token."
        )
    try:
        parts = urllib.parse.urlsplit(url.strip())
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        # They are taken out silently where an address is read.
        usable = usable and not _CONTROL.search(url.strip())
    except ValueError:
        usable = False
    if not usable:
        raise ApiError.of(
            "missing_option",
            f"{option}: {url!r} is not an http(s) address.",
            advice="Give an address such as https://webexapis.com.",
        )
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise ApiError.of(
            "insecure_url", f"{option}: plain http to {parts.hostname} would send the token in the clear."
        )
    path = parts.path.rstrip("/").removesuffix("/v1").rstrip("/")
    return f"{parts.scheme}://{parts.netloc}{path}"


def origin(url: str) -> Origin:
    """Return scheme, host and port of an address."""
    parts = urllib.parse.urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return parts.scheme, (parts.hostname or "").lower(), port
