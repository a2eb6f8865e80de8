"""Addresses of services, and where the token may go."""

from __future__ import annotations

import base64
import dataclasses
import html
import json
import re
import urllib.parse

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._client.settings import (
    REGIONS,
    ServiceUrls,
    Settings,
    api_address,
    redacted,
)
from ansible_collections.wxcc.onboarding.plugins.module_utils._errors import ApiError


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("https://webexapis.com", "https://webexapis.com"),
        ("https://webexapis.com/v1/", "https://webexapis.com"),
        (" http://127.0.0.1:8080/v1", "http://127.0.0.1:8080"),
        ("http://localhost:1/", "http://localhost:1"),
        ("http://[::1]:9", "http://[::1]:9"),
        ("https://gateway.example.com/webex/v1", "https://gateway.example.com/webex"),
    ],
)
def test_addresses_of_services(url: str, base: str) -> None:
    assert api_address(url, "webex_api_url") == base


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://webexapis.com", "insecure_url"),
        ("http://127.0.0.1.example.com", "insecure_url"),
        ("http://localhost.example.com", "insecure_url"),
        ("ftp://webexapis.com", "missing_option"),
        ("webexapis.com", "missing_option"),
        ("https://", "missing_option"),
        ("", "missing_option"),
        ("https://me:secret-word@webexapis.com", "host_refused"),
        ("https://webexapis.com:port", "missing_option"),
        ("https://webex\napis.com", "missing_option"),
        ("https://webexapis.com/\x00", "missing_option"),
    ],
)
def test_addresses_that_are_refused(url: str, code: str) -> None:
    with pytest.raises(ApiError) as caught:
        api_address(url, "webex_api_url")
    assert caught.value.problem.code == code
    assert "secret-word" not in str(caught.value)


def test_blanks_around_secrets_are_taken_off() -> None:
    settings = Settings(access_token=" token\n", client_secret="\tsecret\r\n", refresh_token="  ", proxy=" ")
    assert (settings.access_token, settings.client_secret) == ("token", "secret")
    assert settings.refresh_token is None
    assert settings.proxy is None


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("access_token", "half\nother"),
        ("access_token", "half\x00other"),
        ("access_token", "Bearer half"),
        ("access_token", "half\u00e9"),
        ("refresh_token", "half\rother"),
        ("client_secret", "half\nother"),
        ("proxy", "http://me:half\n@proxy"),
    ],
)
def test_a_secret_that_cannot_be_one_is_named_and_not_quoted(option: str, value: str) -> None:
    with pytest.raises(ApiError, match=f"^{option} holds") as caught:
        Settings(**{option: value})
    assert caught.value.problem.code == "invalid_input"
    assert "half" not in str(caught.value.problem.as_dict())


def test_passwords_in_addresses_are_secrets_as_written_and_as_meant() -> None:
    settings = Settings(access_token="t", proxy="http://me:p%40ss@proxy", wxcc_api_url="https://me:word@host")
    basic = base64.b64encode(b"me:p@ss").decode().rstrip("=")
    assert {"t", "p%40ss", "p@ss", "word", basic} <= set(settings.secrets())
    assert Settings(access_token="t", proxy="http://[::1").secrets() == ["t"]


SECRET = 'a+/"\\é<word>'


@pytest.mark.parametrize(
    "form",
    [
        SECRET,
        urllib.parse.quote(SECRET),
        urllib.parse.quote(SECRET, safe=""),
        re.sub("%..", lambda found: found[0].lower(), urllib.parse.quote(SECRET, safe="")),
        urllib.parse.quote_plus(SECRET),
        json.dumps(SECRET),
        json.dumps(SECRET, ensure_ascii=False),
        repr(SECRET),
        html.escape(SECRET),
        base64.b64encode(SECRET.encode()).decode(),
        base64.urlsafe_b64encode(SECRET.encode()).decode(),
        base64.b64encode(f"client:{SECRET}".encode()).decode(),
    ],
)
def test_a_secret_is_hidden_in_every_form(form: str) -> None:
    settings = Settings(access_token="access", client_id="client", client_secret=f" {SECRET}\n")
    assert redacted(f"sent {form} to", settings.secrets()) in (
        "sent ******** to",
        'sent "********" to',
        "sent '********' to",
        "sent ********= to",
        "sent ********== to",
    )


def test_no_part_of_a_longer_secret_is_left() -> None:
    assert redacted("say secretword", ["secret", "secretword", "", "say"]) == "say ********"


def test_how_many_requests_may_be_under_way_has_bounds() -> None:
    for number in (-1, 0, 101):
        with pytest.raises(ApiError, match=rf"^concurrency is {number}: a number from 1 to 100 is needed") as caught:
            Settings(concurrency=number)
        assert "webex_concurrency" in caught.value.problem.advice
    assert Settings(concurrency=100).concurrency == 100


def test_fewer_than_no_requests_are_refused() -> None:
    with pytest.raises(ApiError, match=r"^requests_per_minute is -1"):
        Settings(requests_per_minute=-1)


@pytest.mark.parametrize("option", ["timeout", "retry_deadline"])
@pytest.mark.parametrize("value", [-1.0, float("nan"), float("inf")])
def test_a_time_that_is_none_is_refused(option: str, value: float) -> None:
    with pytest.raises(ApiError, match=f"^{option} is "):
        Settings(**{option: value})


@pytest.mark.parametrize("region", REGIONS)
def test_each_region_has_its_host(region: str) -> None:
    urls = ServiceUrls.of(Settings(region=region))
    assert urls.contact_center == f"https://api.wxcc-{region}.cisco.com"
    assert urls.of_service("contact_center") == urls.contact_center
    assert urls.of_service("admin") == urls.admin == "https://webexapis.com"


@pytest.mark.parametrize("url", ["http://webexapis.com", "http://10.0.0.1:8080"])
def test_plain_http_is_for_loopback_alone(url: str) -> None:
    for name in ("webex_api_url", "wxcc_api_url"):
        with pytest.raises(ApiError) as caught:
            ServiceUrls.of(dataclasses.replace(Settings(), **{name: url}))
        assert caught.value.problem.code == "insecure_url"
        assert name in str(caught.value)


def test_only_what_stays_on_this_machine_is_loopback() -> None:
    local = Settings(webex_api_url="http://127.0.0.1:1", wxcc_api_url="http://localhost:2")
    assert ServiceUrls.of(local).loopback
    assert ServiceUrls.of(local).origins == {("http", "127.0.0.1", 1), ("http", "localhost", 2)}
    assert not ServiceUrls.of(dataclasses.replace(local, wxcc_api_url=None)).loopback
