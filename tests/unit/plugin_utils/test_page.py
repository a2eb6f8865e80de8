"""The report as one page: escaped, complete, and in need of nothing else."""

from __future__ import annotations

from html.parser import HTMLParser

from ansible_collections.wxcc.onboarding.plugins.plugin_utils._report.load import RunFiles
from ansible_collections.wxcc.onboarding.plugins.plugin_utils._report.page import render
from tests.unit.plugin_utils.runs import PRESENT, as_text, crowd, line, plan_of, planned, record, refused, report_of


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
    assert "people who are ready and unchanged, left out" in page


def test_page_shows_places_doubt_and_rows_that_name_nobody() -> None:
    outcomes = {
        "user": [line("kim@example.com", "update", certain=False, after=PRESENT, sources=["a.csv:2", "a.csv:3"])],
        "row": [refused("a.csv:4")],
    }
    page = as_text(report_of(RunFiles(record(options={}), outcomes=outcomes)), "html")
    assert "a.csv:2, a.csv:3" in page
    assert "a row that names nobody" in page
    assert ">in doubt</span>" in page
    assert "perhaps updated" in page


def test_page_of_a_check_run_says_would() -> None:
    plan = plan_of(planned("kim@example.com", ("blocked", "No.", "Ask."), user=("create", {}, PRESENT)))
    run = RunFiles(record(check_mode=True), [{"row": 0, "email": "kim@example.com"}], plan=plan)
    page = as_text(report_of(run), "html")
    assert '<span class="badge blocked">would be blocked</span>' in page
    assert "would be created" in page


def test_page_of_a_run_that_stopped_says_what_to_do() -> None:
    page = as_text(crowd(), "html")
    assert "<strong>Stopped at the start.</strong> The token is not valid." in page
    assert "To do: Get a new one." in page


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
