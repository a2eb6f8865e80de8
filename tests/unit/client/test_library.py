"""The HTTP library: which one serves, how it is set up, and whom it trusts."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import datetime
import hashlib
import http.server
import ipaddress
import re
import ssl
import sys
import threading
import types
import typing as t
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ansible_collections.wxcc.onboarding.plugins.module_utils._client import library as _library
from ansible_collections.wxcc.onboarding.plugins.module_utils._client.client import Client
from ansible_collections.wxcc.onboarding.plugins.module_utils._client.hook import Hook, call_hook
from ansible_collections.wxcc.onboarding.plugins.module_utils._client.library import connection_options, find_library
from ansible_collections.wxcc.onboarding.plugins.module_utils._client.routes import OWN_PERSON
from ansible_collections.wxcc.onboarding.plugins.module_utils._client.settings import ServiceUrls, Settings
from ansible_collections.wxcc.onboarding.plugins.module_utils._errors import ApiError

PLUGINS = Path(__file__).resolve().parents[3] / "plugins"


# -- which library ---------------------------------------------------------------------------------------------------------


def library(version: str, *left_out: str) -> types.ModuleType:
    """Something that looks like the library."""
    module = types.ModuleType("httpx")
    names = {name: object for name in _library._NEEDED if name not in left_out}
    vars(module).update(names, __version__=version)
    return module


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> dict[str, types.ModuleType | None]:
    """What an import finds; nothing at the beginning."""
    found: dict[str, types.ModuleType | None] = {"httpx": None, "httpx2": None}

    def import_module(name: str) -> types.ModuleType:
        if found[name] is None:
            raise ImportError(f"No module named {name!r}")
        return found[name]

    monkeypatch.setattr(_library.importlib, "import_module", import_module)
    return found


@pytest.mark.parametrize("version", ["0.27.0", "0.28.1", "0.28.2.post1"])
def test_httpx_serves(installed: Any, version: str) -> None:
    installed["httpx"] = library(version)
    assert find_library().module is installed["httpx"]


def test_its_successor_is_preferred(installed: Any) -> None:
    installed.update(httpx=library("0.28.1"), httpx2=library("2.16.2"))
    assert find_library().module is installed["httpx2"]
    installed["httpx2"] = library("3.0.0", "AsyncClient")
    assert find_library().module is installed["httpx"]


def test_nothing_is_missing_by_name(installed: Any) -> None:
    assert find_library() == _library.Library(missing="ImportError: No module named 'httpx'")


def test_one_that_breaks_when_it_is_imported_serves_no_better_than_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def import_module(name: str) -> types.ModuleType:
        raise AttributeError(f"{name} is half installed")

    monkeypatch.setattr(_library.importlib, "import_module", import_module)
    assert find_library().missing == "AttributeError: httpx is half installed"


@pytest.mark.parametrize(
    "wrong",
    [library("1.0.dev6", "AsyncClient", "Limits"), library("1.0.0"), library("0.23.3"), library("0.9"), library("")],
)
def test_another_version_is_refused_in_one_sentence(installed: Any, wrong: types.ModuleType) -> None:
    installed["httpx"] = wrong
    found = find_library()
    assert (found.module, found.missing) == (None, None)
    assert found.unsupported is not None
    assert wrong.__version__ in found.unsupported
    assert "httpx 0.27 or 0.28" in found.unsupported
    assert "httpx2" in found.unsupported
    assert sys.executable in found.unsupported


def test_one_file_knows_the_library() -> None:
    imports = re.compile(
        r"^\s*(?:import|from)\s+(?:httpx2?|requests|urllib3?\.request|aiohttp|http\.client)\b", re.MULTILINE
    )
    known = [p for p in PLUGINS.rglob("*.py") if imports.search(p.read_text(encoding="utf-8"))]
    assert known == [PLUGINS / "module_utils" / "_client" / "library.py"]


# -- how it is set up ------------------------------------------------------------------------------------------------------


def options(**more: Any) -> dict[str, Any]:
    settings = Settings(access_token="x", **more)
    return connection_options(settings, loopback=ServiceUrls.of(settings).loopback)


def test_proxy_and_environment() -> None:
    assert options(proxy="http://proxy:8080")["proxy"] == "http://proxy:8080"
    assert options(proxy="http://proxy:8080")["trust_env"] is False
    assert options()["trust_env"] is True
    local = options(webex_api_url="http://127.0.0.1:1", wxcc_api_url="http://localhost:2")
    assert local["trust_env"] is False
    assert options()["follow_redirects"] is False


def test_time_limits() -> None:
    limits = options(timeout=7.5)["timeout"]
    assert (limits.read, limits.connect) == (7.5, 7.5)
    assert options(timeout=99)["timeout"].connect == 10.0


@pytest.mark.parametrize("name", ["ca_path", "client_cert"])
def test_a_certificate_file_that_is_missing_is_named(name: str) -> None:
    with pytest.raises(ApiError) as caught:
        enter(Client(dataclasses.replace(Settings(access_token="x"), **{name: "/nowhere/cert.pem"})))
    assert caught.value.problem.code == "invalid_input"
    assert name in str(caught.value)


def test_a_proxy_that_is_none_is_refused_without_its_password() -> None:
    with pytest.raises(ApiError) as caught:
        enter(Client(Settings(access_token="x", proxy="nonsense://me:proxy-word@proxy")))
    assert caught.value.problem.code == "invalid_input"
    assert "proxy-word" not in str(caught.value)
    assert "http://proxy.example.com:3128" in (caught.value.problem.advice or "")


def enter(client: Client) -> None:
    async def main() -> None:
        async with client:
            pass

    asyncio.run(main())


# -- whom it trusts --------------------------------------------------------------------------------------------------------


@dataclasses.dataclass
class Authority:
    """An authority of a company's own, and a server's certificate of it."""

    folder: Path

    @property
    def certificate(self) -> Path:
        return self.folder / "ca.pem"


def _certified(name: str, issuer: str, key: t.Any, signed_with: t.Any, *, authority: bool) -> bytes:
    """Return a certificate as PEM; that of a server is for the host of that name."""

    def called(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

    now = datetime.datetime.now(datetime.UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(called(name))
        .issuer_name(called(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=2))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        # Python 3.13 and newer insist on these: whose key it is, who signed it, and that the signer may.
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signed_with.public_key()), critical=False)
    )
    if authority:
        others = ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement")
        flags = dict.fromkeys(("digital_signature", *others, "encipher_only", "decipher_only"), False)
        builder = builder.add_extension(x509.KeyUsage(**flags, key_cert_sign=True, crl_sign=True), critical=True)
    else:
        names: list[x509.GeneralName] = [x509.DNSName(name)]
        if name == "localhost":
            names.append(x509.IPAddress(ipaddress.ip_address("127.0.0.1")))
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return builder.sign(signed_with, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def _file_name(common_name: str) -> str:
    """Return the name under which OpenSSL looks for an authority in a directory: a hash of the subject's canonical form."""
    text = common_name.lower().encode()
    attribute = bytes((6, 3, 0x55, 4, 3, 12, len(text))) + text
    canonical = bytes((0x31, len(attribute) + 2, 0x30, len(attribute))) + attribute
    return f"{int.from_bytes(hashlib.sha1(canonical).digest()[:4], 'little'):08x}.0"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    folder = tmp_path_factory.mktemp("authority")
    company, own = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    for name, key in (("ca.key", company), ("key.pem", own)):
        pem = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        (folder / name).write_bytes(pem)
    (folder / "ca.pem").write_bytes(_certified("Company", "Company", company, company, authority=True))
    for name, host in (("cert.pem", "localhost"), ("elsewhere.pem", "elsewhere.example.com")):
        (folder / name).write_bytes(_certified(host, "Company", own, company, authority=False))
    (folder / "directory").mkdir()
    (folder / "directory" / _file_name("Company")).write_bytes((folder / "ca.pem").read_bytes())
    return Authority(folder)


class _Service(http.server.BaseHTTPRequestHandler):
    def _answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    do_GET = do_POST = _answer

    def log_message(self, *_arguments: Any) -> None:
        pass


@contextlib.contextmanager
def serving(certificate: Path, key: Path, clients: Path | None = None) -> Iterator[str]:
    """A service over TLS; it asks for a client's certificate where it is told whose to trust."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Service) as server:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        if clients:
            context.load_verify_locations(clients)
            context.verify_mode = ssl.CERT_REQUIRED
            # With 1.3 a client may find the connection closed before it reads why, and tries again: that is up to the kernel.
            context.maximum_version = ssl.TLSVersion.TLSv1_2
        server.socket = context.wrap_socket(server.socket, server_side=True)
        server.handle_error = lambda *_arguments: None
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"https://localhost:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def url(authority: Authority) -> Iterator[str]:
    """A service over TLS, with a certificate of the company's authority."""
    with serving(authority.folder / "cert.pem", authority.folder / "key.pem") as address:
        yield address


def read(url: str, **more: Any) -> None:
    async def main() -> None:
        async with Client(Settings(access_token="x", webex_api_url=url, **more)) as client:
            await client.call(OWN_PERSON)

    asyncio.run(main())


def hook(url: str, header: str | None = None, **more: Any) -> None:
    asyncio.run(call_hook(Hook(url, header, **more), {"round": 1}))


def test_an_unknown_authority_is_not_trusted(url: str) -> None:
    # At once: waiting does not help.
    with pytest.raises(ApiError, match=r"no answer .*its certificate's authority is not trusted\)\.$") as caught:
        read(url)
    assert caught.value.problem.code == "connection"
    with pytest.raises(ApiError, match=r"did not answer .*authority is not trusted"):
        hook(url)
    read(url, validate_certs=False)


def test_the_authority_of_a_file_is_trusted(url: str, authority: Authority) -> None:
    read(url, ca_path=str(authority.certificate))
    hook(url, ca_path=str(authority.certificate))
    hook(url, validate_certs=False)


def test_a_certificate_for_another_host_is_named(authority: Authority) -> None:
    with (
        serving(authority.folder / "elsewhere.pem", authority.folder / "key.pem") as address,
        pytest.raises(ApiError, match="its certificate is for another host"),
    ):
        read(address, ca_path=str(authority.certificate))


def test_who_asks_for_a_certificate_gets_it_whether_or_not_its_own_is_looked_at(authority: Authority) -> None:
    certificate, key = authority.folder / "cert.pem", authority.folder / "key.pem"
    own = {"client_cert": str(certificate), "client_key": str(key)}
    ways: list[dict[str, Any]] = [{"ca_path": str(authority.certificate)}, {"validate_certs": False}]
    with serving(certificate, key, clients=authority.certificate) as address:
        for way in ways:
            read(address, **own, **way)
            with pytest.raises(ApiError, match="it may ask for a client certificate, option client_cert") as caught:
                read(address, **way)
            assert caught.value.problem.code == "connection"


def test_an_alert_that_asks_for_a_certificate_is_told_in_our_words() -> None:
    error = _library.httpx.ReadError("quoted")
    error.__cause__ = ssl.SSLError(1, "[SSL: TLSV13_ALERT_CERTIFICATE_REQUIRED] quoted")
    error.__cause__.reason = "TLSV13_ALERT_CERTIFICATE_REQUIRED"
    assert _library.reason(error) == ("it asks for a client certificate, option client_cert", True)


def test_a_client_certificate_without_its_key_is_told_in_our_words(authority: Authority) -> None:
    certificate, other = str(authority.folder / "cert.pem"), str(authority.folder / "ca.key")
    for more in ({"client_cert": certificate}, {"client_cert": certificate, "client_key": other}):
        with pytest.raises(ApiError, match=r"^client_cert: .*its own private key"):
            options(**more)
    with pytest.raises(ApiError, match="client_key is given without client_cert"):
        options(client_key=other)
    with pytest.raises(ApiError, match=r"^ca_path: .*no certificate is in it"):
        options(ca_path=other)


def test_plain_http_is_not_taken_for_tls() -> None:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Service) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            with pytest.raises(ApiError, match="it does not speak TLS"):
                read(f"https://localhost:{server.server_address[1]}")
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize("answer", ["407 proxy-word", "403 proxy-word", "proxy-word"])
def test_what_a_proxy_answers_is_not_quoted(answer: str) -> None:
    """It may quote the request, and with it the password."""

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(f"HTTP/1.1 {answer}\r\nContent-Length: 0\r\n\r\n".encode())
        writer.close()

    async def main() -> None:
        async with await asyncio.start_server(refuse, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            settings = Settings(access_token="x", proxy=f"http://me:proxy%2Dword@127.0.0.1:{port}", retry_deadline=0.0)
            async with Client(settings) as client:
                await client.call(OWN_PERSON)

    with pytest.raises(ApiError, match=r"no answer from webexapis\.com") as caught:
        asyncio.run(main())
    assert "word" not in str(caught.value)


def test_a_proxy_that_is_not_there_is_told_from_a_service_that_is_not() -> None:
    with pytest.raises(ApiError, match="ConnectError: the proxy: Connection refused"):
        read("https://webexapis.com", proxy="http://127.0.0.1:9", retry_deadline=0.0)


@pytest.mark.parametrize(("name", "place"), [("SSL_CERT_FILE", "ca.pem"), ("SSL_CERT_DIR", "directory")])
def test_the_systems_authorities_are_trusted(
    url: str, authority: Authority, monkeypatch: pytest.MonkeyPatch, name: str, place: str
) -> None:
    monkeypatch.setenv(name, str(authority.folder / place))
    read(url)
    hook(url)


def test_a_file_stands_in_place_of_the_system(authority: Authority) -> None:
    context = options(
        ca_path=str(authority.certificate),
        client_cert=str(authority.folder / "cert.pem"),
        client_key=str(authority.folder / "key.pem"),
    )["verify"]
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    assert [dict(pair[0] for pair in c["subject"])["commonName"] for c in context.get_ca_certs()] == ["Company"]
    assert options(validate_certs=False)["verify"].verify_mode is ssl.CERT_NONE


@pytest.mark.parametrize("system", [True, False])
def test_the_librarys_own_list_serves_only_where_the_system_has_none(
    authority: Authority, monkeypatch: pytest.MonkeyPatch, system: bool
) -> None:
    brought = types.ModuleType("certifi")
    brought.where = lambda: str(authority.certificate)
    monkeypatch.setitem(sys.modules, "certifi", brought)
    monkeypatch.setattr(_library, "_has_authorities", lambda _context: system)
    names = [dict(pair[0] for pair in c["subject"]).get("commonName") for c in _library.trusting().get_ca_certs()]
    assert ("Company" in names) is not system


def test_where_the_systems_authorities_are_looked_for(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    empty = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    paths = ssl.get_default_verify_paths()
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)

    def found(capath: Path | None) -> bool:
        there = paths._replace(cafile=None, capath=str(capath) if capath else None)
        monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: there)
        return _library._has_authorities(empty)

    assert not found(None)
    assert not found(authority.folder), "files, but none of an authority by its hash"
    assert found(authority.folder / "directory")
    full = ssl.create_default_context(cafile=str(authority.certificate))
    assert _library._has_authorities(full)
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere")
    assert found(None), "somebody named another list: then only that one counts"


@pytest.mark.parametrize(
    "header", ["hook-word", ": hook-word", "X Key: hook-word", "X-Key: hook\n-word", "X-Key: hook-word\u00e9"]
)
def test_a_hook_header_that_is_none_is_refused_and_not_quoted(header: str) -> None:
    with pytest.raises(ApiError, match=r"^hook_header") as caught:
        hook("http://127.0.0.1:9/", header)
    assert caught.value.problem.code == "invalid_input"
    assert "word" not in str(caught.value)


def test_a_hook_that_is_no_address_is_told_without_its_words() -> None:
    for address in ("nonsense", "https://[::1", "http://localhost:0/"):
        with pytest.raises(ApiError) as caught:
            hook(address)
        assert caught.value.problem.code == "hook_failed"
