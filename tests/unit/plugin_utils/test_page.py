"""The report as one page: escaped, complete, and in need of nothing else."""

from __future__ import annotations

from html.parser import HTMLParser

from ansible_collections.wxcc.onboarding.plugins.plugin_utils._report.page import render
from tests.unit.plugin_utils.runs import as_text, crowd


def test_page_escapes_what_others_wrote() -> None:
    page = as_text(crowd(), "html")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "&lt;b&gt;bold" in page


def test_page_needs_nothing_else_and_is_well_formed() -> None:
    page = as_text(crowd(), "html")
    reader = Page()
    reader.feed(page)
    reader.close()
    assert reader.open == []
    assert reader.outside == []
    assert reader.rows == 26
    assert reader.policy.count("sha256-") == 2


def test_big_organizations_leave_out_the_unchanged() -> None:
    page = "".join(render(crowd(), max_rows=8))
    assert "people who are ready and unchanged are left out" in page


class Page(HTMLParser):
    """Checks that tags close in order, and notes everything that would be fetched from elsewhere."""

    VOID = frozenset({"meta", "input", "br", "link", "img"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.outside: list[str] = []
        self.rows = 0
        self.policy = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag not in self.VOID:
            self.open.append(tag)
        links = [str(values.get(name) or "#") for name in ("src", "href")]
        self.outside += [link for link in links if not link.startswith("#")]
        self.rows += tag == "tr" and "data-outcome" in values
        if values.get("http-equiv") == "Content-Security-Policy":
            self.policy = str(values["content"])

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
