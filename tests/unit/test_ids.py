"""Identifiers: REST ids, bare UUIDs, and the types inside."""

from __future__ import annotations

import base64
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.wxcc.onboarding.plugins.module_utils import _ids

UUID = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize("kind", ["PEOPLE", "ORGANIZATION"])
def test_the_uuid_of_a_rest_id_is_its_last_part(kind: str) -> None:
    assert _ids.to_uuid(encoded(f"ciscospark://us/{kind}/{UUID}")) == UUID


def test_a_bare_uuid_is_taken_in_lower_case() -> None:
    assert _ids.to_uuid(UUID.upper()) == UUID


def test_a_cluster_of_its_own_is_kept() -> None:
    rest = encoded(f"ciscospark://urn:TEAM:us-west-2_r/PEOPLE/{UUID}")
    assert _ids.decode(rest) == ("urn:TEAM:us-west-2_r", "PEOPLE", UUID)
    assert _ids.encode("PEOPLE", UUID, "urn:TEAM:us-west-2_r") == rest


@pytest.mark.parametrize(
    "text", ["", "no id", "Y2lzY29", encoded("something else"), encoded("ciscospark://us/PEOPLE/not-a-uuid"), "é"]
)
def test_what_is_no_id_has_no_uuid(text: str) -> None:
    assert _ids.to_uuid(text) is None


def test_padding_does_not_matter() -> None:
    rest = encoded(f"ciscospark://us/ORGANIZATION/{UUID}")
    assert "=" not in _ids.encode("ORGANIZATION", UUID)
    assert _ids.to_uuid(rest + "=" * (-len(rest) % 4)) == UUID


@pytest.mark.parametrize(
    ("rest", "kind"),
    [
        (f"{UUID}:CJPPRM_{UUID}", "CJPPRM"),
        (f"{UUID}:CJPSTD_{UUID}", "CJPSTD"),
        (f"{UUID}:EE_{UUID}_alpha.webex.example.com", "EE"),
        (f"{UUID}:FMS_{UUID}", "FMS"),
    ],
)
def test_license_types(rest: str, kind: str) -> None:
    assert _ids.license_type(encoded(f"ciscospark://us/LICENSE/{rest}")) == kind


def test_an_id_of_another_kind_is_no_license() -> None:
    assert _ids.license_type(encoded(f"ciscospark://us/PEOPLE/{UUID}:CJPPRM_x")) is None
    assert _ids.license_type("rubbish") is None


def test_role_values() -> None:
    assert _ids.role_value("Y2lzY29zcGFyazovL3VzL1JPTEUvaWRfZnVsbF9hZG1pbg") == "id_full_admin"
    assert _ids.role_value("id_full_admin") == "id_full_admin"
    assert _ids.role_value("Full Administrator") == "Full Administrator"


@given(st.uuids(version=4), st.sampled_from(["us", "urn:TEAM:eu-central-1_k"]))
def test_encoding_and_decoding_are_inverse(value: uuid.UUID, cluster: str) -> None:
    rest = _ids.encode("PEOPLE", str(value), cluster)
    assert _ids.decode(rest) == (cluster, "PEOPLE", str(value))
    assert _ids.to_uuid(rest) == str(value)


@given(st.text(max_size=60))
def test_no_text_breaks_the_reading(text: str) -> None:
    _ids.decode(text)
    _ids.to_uuid(text)
    _ids.license_type(text)
