# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one place that knows the HTTP library: which one serves, what it trusts, and one request. Private to this collection.

``httpx`` 0.27 and 0.28 serve, and so does their maintained successor ``httpx2``, which has the same interface, takes less processor time
a request, and is preferred where it is installed. ``httpx`` 1.0 shares little more than the name with them.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import importlib
import os
import re
import socket
import ssl
import sys
import types
import typing as t

from .._errors import ApiError
from .._version import VERSION
from .settings import Settings
from .unpack import HEADERS, Body, Unusable

_NEEDED = (
    "AsyncClient",
    "ConnectError",
    "ConnectTimeout",
    "HTTPError",
    "InvalidURL",
    "Limits",
    "LocalProtocolError",
    "PoolTimeout",
    "ProxyError",
    "Timeout",
    "TransportError",
)
_CONNECT_TIMEOUT_S = 10.0
#: Others have codecs behind them that are no text, or cost more than they are worth.
_ENCODINGS = frozenset({"utf-8", "us-ascii", "iso-8859-1", "windows-1252"})
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
        except Exception as error:  # a broken one fails in its own ways, and serves no better than none
            missing = f"{type(error).__name__}: {error}"
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
        encoding = self.encoding if self.encoding.lower() in _ENCODINGS else "utf-8"
        return self.content.decode(encoding, errors="replace")


@dataclasses.dataclass(frozen=True, slots=True)
class Failure:
    """No answer. ``kind`` is the library's name for why, ``text`` says it in our own words: the library's may quote a secret.

    ``left``: the request may have reached the service. ``final``: to send it again would end in the same way. ``code``: of our codes.
    """

    kind: str
    text: str = ""
    left: bool = True
    final: bool = False
    code: str = "connection"

    @property
    def why(self) -> str:
        return f"{self.kind}: {self.text}" if self.text else self.kind


#: What is wrong with a certificate, by OpenSSL's number.
_CERTIFICATE_WORDS = {
    9: "its certificate is not valid yet",
    10: "its certificate has expired",
    62: "its certificate is for another host",
    64: "its certificate is for another host",
}
#: What OpenSSL calls an error of TLS, and what it means.
_TLS_WORDS = {
    "WRONG_VERSION_NUMBER": "it does not speak TLS",
    "CERTIFICATE_REQUIRED": "it asks for a client certificate, option client_cert",
    "HANDSHAKE_FAILURE": "it refused the handshake; it may ask for a client certificate, option client_cert",
    "ALERT_UNKNOWN_CA": "it refused the client certificate",
    "BAD_CERTIFICATE": "it refused the client certificate",
    "CERTIFICATE_UNKNOWN": "it refused the client certificate",
    "CERTIFICATE_EXPIRED": "it refused the client certificate",
}
_PROXY_ANSWER = re.compile(r"\d{3}\b")


def reason(error: BaseException) -> tuple[str, bool]:
    """Return why a request got no answer, in our own words, and whether sending it again would end in the same way."""
    if isinstance(error, httpx.ProxyError):
        status = _PROXY_ANSWER.match(str(error))
        wrong = status is not None and status[0] == "407"
        return f"the proxy answered {status[0]}" if status else "the proxy refused", wrong
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return _CERTIFICATE_WORDS.get(cause.verify_code, "its certificate's authority is not trusted"), True
        if isinstance(cause, ssl.SSLError):
            return next(
                ((w, True) for name, w in _TLS_WORDS.items() if name in (cause.reason or "")), ("TLS failed", False)
            )
        if isinstance(cause, socket.gaierror):
            return "the name is not known", False
        if isinstance(cause, OSError) and cause.errno:
            return os.strerror(cause.errno), False
    return _WORDS.get(type(error).__name__, ""), isinstance(error, httpx.LocalProtocolError)


#: What is said where nothing beneath the library's error tells more, by its name.
_WORDS = {
    "ConnectTimeout": "no connection in time",
    "PoolTimeout": "no connection was free in time",
    "ReadTimeout": "no answer in time",
    "WriteTimeout": "the request could not be sent in time",
    "ConnectError": "no connection",
    "ReadError": "the connection broke",
    "WriteError": "the connection broke",
    "RemoteProtocolError": "the connection was closed or spoke no HTTP",
    "LocalProtocolError": "such a request cannot be sent",
    "UnsupportedProtocol": "it is no http(s) address",
    "InvalidURL": "it is no address",
}


def _causes(error: BaseException | None) -> t.Iterator[BaseException]:
    """Yield an error and what it came of; of several at once the first."""
    while error is not None:
        yield error
        error = error.exceptions[0] if isinstance(error, BaseExceptionGroup) else error.__cause__ or error.__context__


class Connection:
    """A pool of connections. Close it with :meth:`close`.

    :param whole: seconds that one request may take from its beginning to the last byte of its answer. The library's own timeouts
        begin anew with each byte.
    """

    def __init__(self, *, whole: float, **options: t.Any) -> None:
        self._client = httpx.AsyncClient(**options)
        self._whole = whole
        self._way = "the proxy: " if options.get("proxy") else ""

    async def request(
        self, method: str, url: str, headers: t.Mapping[str, str], content: bytes | None = None
    ) -> Reply | Failure:
        """Send one request, once. Redirects are not followed."""
        try:
            async with asyncio.timeout(self._whole):
                return await self._exchange(method, url, headers, content)
        except TimeoutError:
            return Failure("Timeout", f"no whole answer in {self._whole:g} seconds")
        except Unusable as error:
            return Failure("Unusable", str(error), final=True, code="invalid_response")
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            # An error of TLS after the handshake comes as it is, not as one of the library's. What is no address never left.
            unsent = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.InvalidURL, ValueError)
            text, final = reason(error)
            if isinstance(error, httpx.ConnectError) and not final:
                text = self._way + text
            final = final or isinstance(error, (httpx.InvalidURL, ValueError))
            return Failure(type(error).__name__, text, left=not isinstance(error, unsent), final=final)

    async def _exchange(self, method: str, url: str, headers: t.Mapping[str, str], content: bytes | None) -> Reply:
        request = self._client.build_request(method, url, headers=dict(headers), content=content)
        response = await self._client.send(request, stream=True)
        try:
            body = Body(response.headers.get("Content-Encoding", ""))
            # As it came: the library would unpack whatever it is given at once.
            async for part in t.cast("t.AsyncIterable[bytes]", response.stream):
                body.take(part)
        finally:
            await response.aclose()
            # Every request stands alone: a service that sets cookies without end would fill memory and the next request.
            self._client.cookies.clear()
        encoding = response.charset_encoding or "utf-8"
        next_url = next_link(response.headers.get("Link", ""))
        return Reply(response.status_code, response.headers, body.content(), encoding, next_url)

    async def close(self) -> None:
        """Close all connections of the pool."""
        await self._client.aclose()


#: Links as RFC 8288 has them: an address, and parameters whose values may hold commas and semicolons in quotes.
_LINK = re.compile(r"""<([^<>]*)>((?:\s*;\s*[^\s=;,<>]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s;,<>"']*))?)*)""")
_RELATION = re.compile(r"""(?i:;\s*rel)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s;,]*))""")


def next_link(header: str) -> str | None:
    """Return the address of the next page in a ``Link`` header, as it stands there, which may be nothing; None: it names none.

    A list whose next page is named in another way than expected must not pass for a whole one.
    """
    links = _LINK.findall(header) or [(header.partition(";")[0], header)]
    for address, parameters in links:
        relation = _RELATION.search(parameters)
        if relation and "next" in "".join(filter(None, relation.groups())).lower().split():
            return str(address).strip()
    return None


_PROXY = (
    "Give an address such as http://proxy.example.com:3128 (option proxy, variable webex_proxy, or HTTPS_PROXY in the environment). "
    "A SOCKS proxy needs httpx with its extra socks."
)


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
        raise ApiError.of("invalid_input", f"proxy cannot be used ({type(error).__name__}).", advice=_PROXY) from None


def connection_options(settings: Settings, *, loopback: bool, transport: t.Any = None) -> dict[str, t.Any]:
    """Return how the library's client is made. :raises ApiError: a file of certificates cannot be used."""
    connections = settings.concurrency * 2
    connect_s = min(settings.timeout, _CONNECT_TIMEOUT_S)
    options: dict[str, t.Any] = {
        "timeout": httpx.Timeout(settings.timeout, connect=connect_s),
        "whole": settings.timeout + connect_s,
        "follow_redirects": False,
        "trust_env": not loopback and not settings.proxy,
        "headers": {"User-Agent": f"wxcc.onboarding/{VERSION}", "Accept": "application/json", **HEADERS},
        "limits": httpx.Limits(max_connections=connections, max_keepalive_connections=connections),
    }
    if transport is not None:
        return {**options, "transport": transport}
    if settings.proxy:
        options["proxy"] = settings.proxy
    options["verify"] = _certificates(settings)
    return options


def _certificates(settings: Settings) -> ssl.SSLContext:
    if settings.client_key and not settings.client_cert:
        raise ApiError.of("invalid_input", "client_key is given without client_cert.")
    option, lacks = "ca_path", "no certificate is in it"
    try:
        context = trusting(settings.ca_path) if settings.validate_certs else _trusting_everybody()
        if settings.client_cert:
            option, lacks = "client_cert", "a certificate and its own private key, not encrypted, are needed"
            context.load_cert_chain(settings.client_cert, settings.client_key, password="")
    except (OSError, ValueError) as error:
        why = lacks if isinstance(error, (ssl.SSLError, ValueError)) else os.strerror(error.errno or 0)
        raise ApiError.of("invalid_input", f"{option}: the file cannot be used ({why}).") from None
    return context


def _trusting_everybody() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
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


async def post_once(
    url: str,
    headers: t.Mapping[str, str],
    content: bytes,
    *,
    timeout: float,
    ca_path: str | None = None,
    validate_certs: bool = True,
) -> Reply | Failure:
    """Send one POST to an address that is none of the services', without the token. ``timeout`` in seconds.

    :param ca_path: a file of authorities that are trusted beside those of the system.
    """
    context = trusting() if validate_certs else _trusting_everybody()
    try:
        if ca_path and validate_certs:
            context.load_verify_locations(cafile=ca_path)
        connection = Connection(whole=timeout, timeout=timeout, verify=context, headers=HEADERS)
        try:
            return await connection.request("POST", url, headers, content)
        finally:
            await connection.close()
    except (httpx.InvalidURL, ValueError) as error:
        return Failure(type(error).__name__, "it is no address", left=False, final=True)
