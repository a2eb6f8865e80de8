"""What an address is: one rule for lists and files."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.wxcc.onboarding.plugins.module_utils._roster.address import (
    INVALID,
    LOCAL_PART,
    MISSING,
    address_problem,
    trimmed,
)

ADA = "ada@example.com"


@pytest.mark.parametrize(
    "address",
    [
        "a@example.com",
        "carla.vidal+pilot@example.com",
        "FAY@EXAMPLE.COM",
        "o'dell@a.b-c.example",
        "a" * 64 + "@b.c",
        "a@" + "b" * 63 + ("." + "b" * 61) * 3 + ".co",
    ],
)
def test_good_addresses(address: str) -> None:
    assert address_problem(address) is None


@pytest.mark.parametrize(
    ("address", "code", "hint"),
    [
        ("", MISSING, "names nobody"),
        ("ada", INVALID, "no @"),
        ("ada@example", INVALID, "domain"),
        ("ada@", INVALID, "domain"),
        ("@example.com", INVALID, "formula"),
        ("+ada", INVALID, "formula"),
        ("=HYPERLINK(1)", INVALID, "formula"),
        ("ada@exam ple.com", INVALID, "more than one address"),
        ("a@b.com;c@d.com", INVALID, "more than one address"),
        ("Ada <ada@example.com>", INVALID, "angle brackets"),
        ("mailto:ada@example.com", INVALID, "link"),
        ("ada\u200b@example.com", INVALID, "U+200B"),
        ("ada\u00a0b@example.com", INVALID, "U+00A0"),
        ("jos\u00e9@example.com", INVALID, "beyond ASCII (\u00e9)"),
        ("\u0430da@example.com", INVALID, "beyond ASCII"),
        ("ada..b@example.com", INVALID, "not a valid"),
        (".ada@example.com", INVALID, "not a valid"),
        ("ada@-example.com", INVALID, "not a valid"),
        ("ada@exa..com", INVALID, "not a valid"),
        ("ada@10.0.0.1", INVALID, "not a valid"),
        ("a" * 65 + "@example.com", LOCAL_PART, "65 characters"),
        ("a@" + "b" * 63 + ("." + "b" * 63) * 3 + ".com", INVALID, "254"),
        ("a" * 130_000, INVALID, "No address is as long"),
    ],
)
def test_bad_addresses(address: str, code: str, hint: str) -> None:
    problem = address_problem(address)
    assert problem is not None
    assert problem.code == code
    assert hint in problem.meaning
    assert problem.meaning.endswith(".")
    assert problem.action


@pytest.mark.parametrize("blanks", [" ", "\u200b", "\u200b \u200b", "\ufeff\u200b\t\ufeff", "\u2060", "\u00a0\u200b"])
def test_blanks_around_are_taken_off_in_whatever_order(blanks: str) -> None:
    assert trimmed(f"{blanks}{ADA}{blanks}") == ADA
    assert trimmed(f"{blanks}ada\u200b@x.com") == "ada\u200b@x.com"


@given(st.text(max_size=40))
def test_any_text_is_an_address_or_gets_a_reason(text: str) -> None:
    problem = address_problem(trimmed(text))
    assert problem is None or (problem.meaning and problem.action)


LOCAL = "a" * 64
#: 254 characters, the longest that is taken.
WHOLE = f"{LOCAL}@{'b' * 63}.{'c' * 63}.{'d' * 57}.com"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (LOCAL + "@example.com", None),
        (WHOLE, None),
        (
            LOCAL + "a@example.com",
            (
                "address_local_part",
                "The part before the @ is 65 characters long; at most 64 are allowed.",
                "Give the person a shorter address.",
            ),
        ),
        (
            WHOLE.replace(".com", ".info"),
            (
                "address_invalid",
                "The address is 255 characters long; at most 254 are possible.",
                "Give the person a shorter address.",
            ),
        ),
        (
            "",
            (
                "address_missing",
                "The row has no address, so it names nobody.",
                "Fill in the address or delete the row.",
            ),
        ),
        (
            "x" * 1001,
            ("address_invalid", "No address is as long as this.", "Is a quotation mark missing in this row?"),
        ),
        ("x" * 1000, ("address_invalid", "There is no @ in it.", "Write the whole address.")),
        (
            "Ada <mailto:ada@example.com>",
            (
                "address_invalid",
                "This is a name with an address in angle brackets.",
                "Write 'ada@example.com' alone.",
            ),
        ),
        (
            "MailTo:ada@example.com",
            ("address_invalid", "This is a link, not an address.", "Take 'mailto:' away."),
        ),
        *[
            (
                f"{sign}ada@example.com ",
                (
                    "address_invalid",
                    "This is not an address; it may be a formula, and none is evaluated here.",
                    "Write the address.",
                ),
            )
            for sign in "=@+"
        ],
        (
            "ada\u00a0b\u200bc\u200b@example.com",
            (
                "address_invalid",
                "The address holds characters that cannot be seen (U+00A0, U+200B).",
                "Type the address anew.",
            ),
        ),
        *[
            (
                text,
                (
                    "address_invalid",
                    "This is more than one address, or an address with a blank, comma or semicolon in it.",
                    "Write one address and nothing else; a row is one person.",
                ),
            )
            for text in ("ada@example.com@example.com", "ada marlowe", "ada@example.com,", "ada;b@example.com")
        ],
        (
            "jos\u00e9\u00e9\u0430@example.com",
            (
                "address_invalid",
                "The address holds characters beyond ASCII (\u00e9, \u0430).",
                "Write the address as the mail system knows it; look-alike letters of other scripts count as different.",
            ),
        ),
        ("ada", ("address_invalid", "There is no @ in it.", "Write the whole address.")),
        ("ada@example", ("address_invalid", "What follows the @ is no complete domain.", "Write the whole address.")),
        ("ada..b@example.com", ("address_invalid", "This is not a valid address.", "Correct the address.")),
    ],
)
def test_each_mistake_has_its_words(text: str, problem: tuple[str, str, str] | None) -> None:
    assert address_problem(text) == problem
