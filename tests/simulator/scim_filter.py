"""SCIM filters: parsed into terms, answered from an index where the terms allow it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from .errors import ApiError
from .state import Organization, Person
from .strict_json import MAX_DEPTH

_TOKEN = re.compile(r'\s*(\(|\)|"(?:[^"\\]|\\.)*"|\[|\]|[^\s()\[\]"]+)')
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:user:"


def _work_numbers(person: Person) -> list[str]:
    numbers = (person.extra or {}).get("scim", {}).get("phoneNumbers", [])
    return [str(item.get("value", "")) for item in numbers if item.get("type") == "work"]


def _enterprise(name: str) -> Callable[[Person], list[str]]:
    def read(person: Person) -> list[str]:
        if name == "department":
            return [person.department or ""]
        found = (
            (person.extra or {}).get("scim", {}).get("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User", {})
        )
        value = found.get(name, "")
        return [str(value.get("value", "") if isinstance(value, dict) else value)]

    return read


#: attribute in lower case -> (how to read it, operators that the description names)
ATTRIBUTES: dict[str, tuple[Callable[[Person], list[str]], str]] = {
    "id": (lambda person: [person.id], "eq"),
    "username": (lambda person: [person.email], "eq sw ew"),
    "emails.value": (lambda person: [person.email], "eq sw ew"),
    "emails": (lambda person: [person.email], "eq sw ew"),
    "emails.display": (lambda person: [person.email], "eq sw ew"),
    "name.familyname": (lambda person: [person.last_name or ""], "eq sw ew"),
    "name.givenname": (lambda person: [person.first_name or ""], "eq sw"),
    "name.formatted": (lambda person: [person.display_name], "eq sw"),
    "displayname": (lambda person: [person.display_name], "eq sw ew"),
    "nickname": (lambda person: [person.nick_name or ""], "eq sw ew"),
    "phonenumbers[work]": (_work_numbers, "eq"),
    **{
        ENTERPRISE + name.lower(): (_enterprise(name), "eq sw ew")
        for name in ("costCenter", "organization", "division", "department", "employeeNumber")
    },
    ENTERPRISE + "manager.value": (_enterprise("manager"), "eq"),
}
INDEXED = ("id", "username", "emails.value", "emails")


@dataclass
class Term:
    """attribute operator value; text is compared without case."""

    attribute: str
    operator: str
    value: str

    def matches(self, person: Person) -> bool:
        """Whether a person fits."""
        values = [value.lower() for value in ATTRIBUTES[self.attribute][0](person)]
        if self.operator == "eq":
            return self.value in values
        if self.operator == "sw":
            return any(value.startswith(self.value) for value in values)
        return any(value.endswith(self.value) for value in values)

    def candidates(self, org: Organization, addresses: dict[str, tuple[Organization, Person]]) -> list[Person] | None:
        """Return the only people that can fit, from an index; None where all have to be looked at."""
        if self.operator != "eq" or self.attribute not in INDEXED:
            return None
        if self.attribute == "id":
            person = org.people.get(self.value)
            return [person] if person else []
        held = addresses.get(self.value)
        return [held[1]] if held and held[0] is org else []


@dataclass
class Both:
    """All or any of several."""

    operator: str
    parts: list[Term | Both]

    def matches(self, person: Person) -> bool:
        """Whether a person fits."""
        found = (part.matches(person) for part in self.parts)
        return all(found) if self.operator == "and" else any(found)

    def candidates(self, org: Organization, addresses: dict[str, tuple[Organization, Person]]) -> list[Person] | None:
        """Return the only people that can fit, or None."""
        lists = [part.candidates(org, addresses) for part in self.parts]
        if self.operator == "and":
            return next((found for found in lists if found is not None), None)
        merged: dict[str, Person] = {}
        for found in lists:
            if found is None:
                return None
            merged.update((person.id, person) for person in found)
        return list(merged.values())


Filter = Term | Both


def _bad(text: str) -> ApiError:
    return ApiError(400, text, "invalidFilter")


class _Parser:
    def __init__(self, text: str, limit: int) -> None:
        self.tokens: list[str] = []
        position = 0
        text = text.strip()
        while position < len(text):
            match = _TOKEN.match(text, position)
            if match is None:
                raise _bad(f"Invalid filter: {text}")
            if match.group(1) == "[" and match.start(1) > position:
                raise _bad("Invalid filter: unexpected blank before [")
            self.tokens.append(match.group(1))
            position = match.end()
        self.at = 0
        self.depth = 0
        self.terms = 0
        self.limit = limit

    def peek(self) -> str | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def next(self) -> str:
        token = self.peek()
        if token is None:
            raise _bad("Invalid filter: it ends too early")
        self.at += 1
        return token

    def chain(self, operator: str, part: Callable[[], Filter]) -> Filter:
        parts = [part()]
        while (self.peek() or "").lower() == operator:
            self.at += 1
            parts.append(part())
        return parts[0] if len(parts) == 1 else Both(operator, parts)

    def any_of(self) -> Filter:
        return self.chain("or", self.all_of)

    def all_of(self) -> Filter:
        return self.chain("and", self.single)

    def single(self) -> Filter:
        token = self.next()
        if token == "(":
            self.depth += 1
            if self.depth > MAX_DEPTH:
                raise _bad("Invalid filter: nested too deep")
            found = self.any_of()
            if self.next() != ")":
                raise _bad("Invalid filter: ) expected")
            self.depth -= 1
            return found
        name = token.lower()
        if self.peek() == "[":
            return self.number(name)
        return self.term(name)

    def number(self, name: str) -> Filter:
        """phoneNumbers[type eq "work" and value eq "..."]."""
        inner = [self.next() for _ in range(9)]
        shape = [part.lower() for part in inner]
        wanted = ["[", "type", "eq", '"work"', "and", "value", "eq"]
        if name != "phonenumbers" or shape[:7] != wanted or shape[8] != "]":
            raise _bad(f"Unsupported filter on {name}")
        self.count()
        return Term("phonenumbers[work]", "eq", _text(inner[7]).lower())

    def term(self, name: str) -> Filter:
        operator = self.next().lower()
        known = ATTRIBUTES.get(name)
        if known is None or operator not in known[1].split():
            raise _bad(f"Unsupported filter: {name} {operator}")
        value = self.next()
        if not value.startswith('"'):
            raise _bad(f"Invalid filter: the value of {name} is not quoted")
        self.count()
        return Term(name, operator, _text(value).lower())

    def count(self) -> None:
        self.terms += 1
        if self.limit and self.terms > self.limit:
            raise _bad(f"The filter has more than {self.limit} terms")


def _text(quoted: str) -> str:
    try:
        text = str(json.loads(quoted))
        # half of a character is text that no answer can carry
        text.encode()
    except ValueError:
        raise _bad(f"Invalid filter value {quoted}") from None
    return text


def parse(text: str, limit: int = 0) -> Filter:
    """Return a parsed filter; 400 invalidFilter for what the service refuses."""
    parser = _Parser(text, limit)
    found = parser.any_of()
    if parser.peek() is not None:
        raise _bad(f"Invalid filter: {parser.peek()} not expected")
    return found


def select(
    found: Filter | None, org: Organization, addresses: dict[str, tuple[Organization, Person]]
) -> Iterable[Person]:
    """Return the people that fit, in the order of their creation."""
    if found is None:
        return org.order
    candidates = found.candidates(org, addresses)
    if candidates is None:
        return (person for person in org.order if found.matches(person))
    return sorted((person for person in candidates if found.matches(person)), key=lambda person: person.seq)
