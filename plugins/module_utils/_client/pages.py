# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists that come in pages: by Link headers, SCIM's, and the contact center's. Private to this collection.

A list has an end, whatever the service says: so many pages and records at most, and no page twice.
"""

from __future__ import annotations

import typing as t

from .bodies import Answer, Json
from .client import Client
from .routes import Route
from .shapes import Fields

#: Pages of a list.
Pages: t.TypeAlias = t.AsyncIterator[list[Json]]
#: The largest organizations have a fifth of that.
MAX_PAGES = 10_000
MAX_RECORDS = 500_000


class _Bounds:
    """Counts what came of one list."""

    def __init__(self) -> None:
        self._pages = self._records = 0
        self._last: list[Json] = []

    def take(self, answer: Answer, items: list[Json]) -> None:
        """Take note of a page. :raises ApiError: invalid_response, the list has no end."""
        self._pages += 1
        self._records += len(items)
        if self._pages > MAX_PAGES or self._records > MAX_RECORDS:
            raise answer.invalid(f"the list has no end: {self._records} records on {self._pages} pages so far")
        self.differ(answer, items)

    def differ(self, answer: Answer, items: list[Json]) -> None:
        """Take note of what a page holds. :raises ApiError: invalid_response, it is the page before once more."""
        if items and items == self._last:
            raise answer.invalid("the same page came twice")
        self._last = items


async def link_pages(
    client: Client,
    route: Route,
    values: t.Mapping[str, str] | None = None,
    *,
    params: t.Mapping[str, str],
    key: str = "items",
    doing: str = "",
) -> Pages:
    """Yield the lists of a REST list that pages by Link headers; following links are used as they come.

    Ends at an empty page even if that names another (observed), and refuses a link to another host or to a page already read.
    """
    answer = await client.call(route, values, params=params, doing=doing)
    seen, bounds = {answer.url}, _Bounds()
    while True:
        items = answer.items(key)
        bounds.take(answer, items)
        if items:
            yield items
        url = answer.next_url
        if not url or not items:
            return
        if url in seen:
            raise answer.invalid("the pages lead in a circle")
        seen.add(url)
        answer = await client.follow(route, url, doing=doing)


async def scim_pages(
    client: Client,
    route: Route,
    values: t.Mapping[str, str] | None = None,
    *,
    params: t.Mapping[str, str],
) -> Pages:
    """Yield the resources of a SCIM list (1-based startIndex; the server may give fewer a page than asked)."""
    start, bounds = 1, _Bounds()
    while True:
        answer = await client.call(route, values, params={**params, "startIndex": str(start)})
        resources = _resources(answer)
        bounds.take(answer, resources)
        if resources:
            yield resources
        start += len(resources)
        if not resources or start > (Fields(answer.body, answer.what).number("totalResults") or 0):
            return


def _resources(answer: Answer) -> list[Json]:
    """Return the resources of a page. An answer without a match may leave the list out."""
    if answer.fields.get("Resources") is None and answer.fields.get("totalResults") == 0:
        return []
    return answer.items("Resources")


async def contact_center_page(
    client: Client,
    route: Route,
    values: t.Mapping[str, str] | None = None,
    *,
    params: t.Mapping[str, str],
    page: int,
    size: int,
    doing: str = "",
) -> tuple[list[Json], int, int]:
    """Return (items, total pages, total records) of one page of a contact center list; pages count from 0.

    A page size above the server's maximum is reduced silently, so only ``meta`` tells what came.
    """
    return (await _center_page(client, route, values, params=params, page=page, size=size, doing=doing))[1:]


async def _center_page(
    client: Client,
    route: Route,
    values: t.Mapping[str, str] | None,
    *,
    params: t.Mapping[str, str],
    page: int,
    size: int,
    doing: str,
) -> tuple[Answer, list[Json], int, int]:
    """Return the answer, and what :func:`contact_center_page` returns of it."""
    query = {**params, "page": str(page), "pageSize": str(size)}
    answer = await client.call(route, values, params=query, doing=doing)
    items = answer.items("data")
    meta = Fields(answer.body, answer.what).inner("meta")
    pages, records = meta.number("totalPages"), meta.number("totalRecords")
    # Whoever asks goes from page to page, so what came before is known from the number of this one.
    so_far = (page + 1) * len(items)
    if max(pages or 0, page) > MAX_PAGES or max(records or 0, so_far) > MAX_RECORDS:
        raise answer.invalid(f"the list has no end: {records} records on {pages} pages")
    return answer, items, page + 1 if pages is None else pages, len(items) if records is None else records


async def contact_center_pages(
    client: Client,
    route: Route,
    values: t.Mapping[str, str] | None = None,
    *,
    params: t.Mapping[str, str],
    size: int = 1000,
    doing: str = "",
) -> Pages:
    """Yield the lists of all pages of a contact center list."""
    page, pages, bounds = 0, 1, _Bounds()
    while page < pages:
        answer, items, pages, _records = await _center_page(
            client, route, values, params=params, page=page, size=size, doing=doing
        )
        bounds.differ(answer, items)
        if not items:
            return
        yield items
        page += 1
