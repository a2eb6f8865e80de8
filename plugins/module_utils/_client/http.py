# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one place that knows the HTTP library: which one serves, what it trusts, and one request. Private to this collection.

``httpx`` 0.27 and 0.28 serve, and so does their maintained successor ``httpx2``, which has the same interface, takes less processor time
a request, and is preferred where it is installed. ``httpx`` 1.0 shares little more than the name with them.
"""

from __future__ import annotations

import contextlib
import dataclasses
import importlib
import os
import re
import ssl
import sys
import types
import typing as t

from .._errors import ApiError
from .._version import VERSION
from .settings import Settings

_NEEDED = (
    "AsyncClient",
    "ConnectError",
    "ConnectTimeout",
    "DecodingError",
    "HTTPError",
    "InvalidURL",
    "Limits",
    "PoolTimeout",
    "Timeout",
    "TransportError",
)
_CONNECT_TIMEOUT_S = 10.0
_AUTHORITY_FILE = re.compile(r"[0-9a-f]{8}\.\d+")


@dataclasses.dataclass(frozen=True, slots=True)
class Library:
    """The HTTP library that serves, or why there is none: ``missing`` is the import's error, ``unsupported`` a sentence for the user."""

    module: types.ModuleType | None = None
    missing: str | None = None
    unsupported: str | None = None


def find_library() -> Library:
    """Return the first of httpx2 and httpx that serves."""
    missing, unsupported = "", None
    for name in ("httpx2", "httpx"):
        try:
            module = importlib.import_module(name)
        except ImportError as error:
            missing = str(error)
            continue
        if _serves(name, module):
            return Library(module)
        unsupported = (
            f"{name} {getattr(module, '__version__', '(unknown version)')} of {sys.executable} does not serve this collection: "
            "install httpx 0.27 or 0.28 (pip install 'httpx>=0.27,<1'), or httpx2, for this Python."
        )
    return Library(unsupported=unsupported) if unsupported else Library(missing=missing)


def _serves(name: str, module: types.ModuleType) -> bool:
    if not all(hasattr(module, needed) for needed in _NEEDED):
        return False
    if name == "httpx2":
        return True
    numbers = re.match(r"(\d+)\.(\d+)", str(getattr(module, "__version__", "")))
    return numbers is not None and (0, 27) <= (int(numbers[1]), int(numbers[2])) < (1, 0)


LIBRARY = find_library()
if t.TYPE_CHECKING:
    import httpx
else:
    #: None where no library serves: modules end with that before anything here is called.
    httpx = LIBRARY.module


@dataclasses.dataclass(frozen=True, slots=True)
class Reply:
    """What came back, whatever its status. ``next_url`` is the link to the next page as it stands there."""

    status: int
    headers: t.Mapping[str, str]
    content: bytes = b""
    encoding: str = "utf-8"
    next_url: str | None = None

    @property
    def text(self) -> str:
        """The content as text; bytes that do not fit its encoding are replaced."""
        return self.content.decode(self.encoding, errors="replace")


@dataclasses.dataclass(frozen=True, slots=True)
class Failure:
    """No answer. ``kind`` is the library's name for why; ``left``: the request may have reached the service."""

    kind: str
    text: str
    left: bool = True


class Connection:
    """A pool of connections. Close it with :meth:`close`."""

    def __init__(self, **options: t.Any) -> None:
        self._client = httpx.AsyncClient(**options)

    async def request(
        self, method: str, url: str, headers: t.Mapping[str, str], content: bytes | None = None
    ) -> Reply | Failure:
        """Send one request, once. Redirects are not followed."""
        try:
            response = await self._client.request(method, url, headers=dict(headers), content=content)
        except (httpx.TransportError, httpx.DecodingError) as error:
            never_left = isinstance(error, (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout))
            return Failure(type(error).__name__, str(error), left=not never_left)
        next_url = response.links.get("next", {}).get("url")
        return Reply(
            response.status_code, response.headers, response.content, response.encoding or "utf-8", next_url or None
        )

    async def close(self) -> None:
        """Close all connections of the pool."""
        await self._client.aclose()


def connect(settings: Settings, *, loopback: bool, transport: t.Any = None) -> Connection:
    """Return connections as the settings say.

    :param loopback: nothing leaves this machine, so proxies of the environment do not count.
    :param transport: for tests, in place of the network.
    :raises ApiError: the proxy or a file of certificates cannot be used.
    """
    options = connection_options(settings, loopback=loopback, transport=transport)
    try:
        return Connection(**options)
    except (ValueError, ImportError, httpx.InvalidURL) as error:
        # Its own words would show the proxy's address, and the password in it.
        raise ApiError.of("invalid_input", f"proxy cannot be used ({type(error).__name__}).") from None


def connection_options(settings: Settings, *, loopback: bool, transport: t.Any = None) -> dict[str, t.Any]:
    """Return how the library's client is made. :raises ApiError: a file of certificates cannot be used."""
    connections = settings.concurrency * 2
    options: dict[str, t.Any] = {
        "timeout": httpx.Timeout(settings.timeout, connect=min(settings.timeout, _CONNECT_TIMEOUT_S)),
        "follow_redirects": False,
        "trust_env": not loopback and not settings.proxy,
        "headers": {"User-Agent": f"wxcc.onboarding/{VERSION}", "Accept": "application/json"},
        "limits": httpx.Limits(max_connections=connections, max_keepalive_connections=connections),
    }
    if transport is not None:
        return {**options, "transport": transport}
    if settings.proxy:
        options["proxy"] = settings.proxy
    options["verify"] = _certificates(settings) if settings.validate_certs else False
    return options


def _certificates(settings: Settings) -> ssl.SSLContext:
    option = "ca_path"
    try:
        context = trusting(settings.ca_path)
        if settings.client_cert:
            option = "client_cert"
            context.load_cert_chain(settings.client_cert, settings.client_key)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise ApiError.of("invalid_input", f"{option}: the file cannot be used ({reason}).") from None
    return context


def trusting(ca_path: str | None = None) -> ssl.SSLContext:
    """Return a context that trusts the authorities in a file, or those of the system.

    The system's are what AWX and companies add their own authority to; SSL_CERT_FILE and SSL_CERT_DIR name others. The list that the
    library brings along (certifi) serves only where the system has none and nobody named any.

    :raises OSError: the file cannot be used.
    """
    context = ssl.create_default_context(cafile=ca_path)
    if ca_path is None and not _has_authorities(context):
        with contextlib.suppress(ImportError):
            certifi = importlib.import_module("certifi")
            context.load_verify_locations(cafile=certifi.where())
    return context


def _has_authorities(context: ssl.SSLContext) -> bool:
    paths = ssl.get_default_verify_paths()
    if os.environ.get(paths.openssl_cafile_env) or os.environ.get(paths.openssl_capath_env):
        return True
    if context.cert_store_stats()["x509_ca"]:
        return True
    # Those of a directory are read when they are needed, so they do not count among the loaded ones.
    return bool(paths.capath) and any(_AUTHORITY_FILE.fullmatch(name) for name in os.listdir(paths.capath))


async def post_once(url: str, headers: t.Mapping[str, str], content: bytes, *, timeout: float) -> Reply | Failure:
    """Send one POST to an address that is none of the services', without the token. ``timeout`` in seconds."""
    try:
        connection = Connection(timeout=timeout, verify=trusting())
        try:
            return await connection.request("POST", url, headers, content)
        finally:
            await connection.close()
    except (httpx.InvalidURL, ValueError) as error:
        return Failure(type(error).__name__, "", left=False)
