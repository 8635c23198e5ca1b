"""The report in each of its forms: terminal, HTML, JSON, JUnit XML, and for GitHub."""

import io
import json
import re
import types
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from rich.console import Console

from openai_models.contract import Level, Report, Verdict, _suite, _summary  # noqa: F401 - _suite registers the checks
from openai_models.contract._console import show
from openai_models.contract._github import markdown, workflow_commands
from openai_models.contract._html import html
from openai_models.contract._impact import IMPACT
from openai_models.contract._reporters import as_json, junit, write

SCHEMA = json.loads((Path(__file__).parents[2] / "docs/contract-report.schema.json").read_text("utf-8"))
HOSTILE = (
    "<script>alert(1)</script> ]]>\n::stop-commands::x\n````\n| <b> | **bold** [bold]marked[/bold] %0A "
    "\x00 \x9b \x1b]0;title\x07 \N{RIGHT-TO-LEFT OVERRIDE}"
)
CONTROLS = set("\x00\x9b\x1b\x07\N{RIGHT-TO-LEFT OVERRIDE}")
# Elements that HTML ends by itself, and those without an end.
NO_END = {"meta", "link", "p", "dt", "dd", "li", "html"}


def report_with(*failed: str, level: Level = Level.OFFICIAL, errors: tuple[str, ...] = ()) -> Report:
    """A report in which some checks failed, and one passed."""
    report = Report("http://127.0.0.1:8000/v1", level, "sk-0123456789", requests=227, errors=list(errors))
    report.answers["usable_list"] = 3
    for name in failed:
        report.add(name, f"retrieve {HOSTILE}", HOSTILE, HOSTILE, f"curl '{HOSTILE}'", None)
    return report


FAILS = report_with("listed_model", "request_id")
PASSES = report_with()
INCOMPLETE = report_with(errors=(HOSTILE,))
REPORTS = {
    "passes": PASSES,
    "fails": FAILS,
    "fails and notes": report_with("listed_model", "request_id", level=Level.COMPATIBLE),
    "fails and incomplete": report_with("answered", errors=(HOSTILE, f"{HOSTILE}!")),
    "incomplete": INCOMPLETE,
}
EVERY_REPORT = pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)


def on_terminal(report: Report, *, verbose: bool = False) -> str:
    file = io.StringIO()
    show(report, Console(file=file, width=120), verbose=verbose)
    return file.getvalue()


@dataclass
class Page(HTMLParser):
    """A page: its elements in order, its ids and links, and whether every element is closed."""

    tags: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.ids += [value for name, value in attrs if name == "id" and value]
        self.links += [value for name, value in attrs if name in {"href", "src"} and value]
        if tag not in NO_END:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in NO_END:
            assert self.open.pop() == tag


def test_every_check_has_its_impact_on_a_client() -> None:
    assert IMPACT.keys() == {check.name for check in Report().checks}
    assert all(text.endswith(".") for text in IMPACT.values())


def test_the_terminal_shows_failures_and_one_line_for_what_passed() -> None:
    text = on_terminal(FAILS)
    assert text.index("listed_model: A listed model") < text.index("1 of 36 checks passed, 33 not tried")
    assert text.rstrip().endswith("fails: listed_model, request_id (227 requests)")
    assert f"impact    {IMPACT['listed_model']}" in text
    assert "[bold]marked[/bold]" in text
    assert "usable_list" not in text
    assert set(IMPACT) <= set(re.findall(r"\w+", on_terminal(PASSES, verbose=True)))


@EVERY_REPORT
def test_the_terminal_says_why_a_run_was_cut_short_and_no_server_steers_it(report: Report) -> None:
    text = on_terminal(report)
    assert text.count("not tried to its end: <script>") == len(report.errors)
    assert not set(text) & CONTROLS


def test_the_page_begins_with_the_verdict_and_the_facts() -> None:
    text = html(FAILS)
    facts = [
        "<h1 class=fails>The server fails 2 of 36 checks</h1>",
        "http://127.0.0.1:8000/v1",
        "official",
        "UTC",
        "227",
    ]
    facts += [f"{name} {number}" for name, number in _summary.versions().items()]
    places = [text.index(fact, text.index("<h1")) for fact in [*facts, "Failures: 2", "Passed: 1", "Not tried: 33"]]
    assert places == sorted(places)
    assert "<h1 class=passes>The server passes</h1>" in html(PASSES)
    assert "<h1 class=incomplete>The run is incomplete: there is no verdict</h1>" in html(INCOMPLETE)


@EVERY_REPORT
def test_the_page_loads_nothing_and_no_server_adds_an_element(report: Report) -> None:
    page = Page()
    page.feed(html(report))
    page.close()
    assert page.open == []
    assert not {"script", "b", "img", "link"} & set(page.tags)
    assert set(page.links) <= {_summary.docs_url(check) for check in report.checks}
    assert page.ids == sorted(report.failed | {note.check.name for note in report.notes})
    assert not set(html(report)) & set("\x00\x9b\x1b\x07")
    assert not re.search(r"url\(|@import", html(report))
    assert "<meta name=viewport" in html(report)
    assert "prefers-color-scheme: dark" in html(report)


def test_the_page_folds_the_checks_that_passed_each_with_its_requirement_and_a_link() -> None:
    text = html(PASSES)
    folded = text[text.index("<details>") : text.index("</details>")]
    assert "<summary>Passed: 1</summary>" in folded
    assert "usable_list</code></a>: A list is JSON that holds models, each with an id." in folded


@EVERY_REPORT
def test_the_json_is_as_documented(report: Report) -> None:
    value = json.loads(as_json(report))
    jsonschema.validate(value, SCHEMA, format_checker=jsonschema.FormatChecker())
    assert value.keys() == SCHEMA["properties"].keys()
    assert value["outcome"] == report.outcome
    assert {check["name"] for check in value["checks"]} == set(IMPACT)
    for check in value["checks"]:
        assert check.keys() == SCHEMA["$defs"]["check"]["properties"].keys()
        for finding in check["findings"]:
            assert finding.keys() == SCHEMA["$defs"]["finding"]["properties"].keys()
    assert as_json(report).isascii()
    assert "\x1b" not in as_json(report)


@EVERY_REPORT
def test_the_junit_xml_has_a_test_case_for_each_check(report: Report) -> None:
    suite = ET.fromstring(junit(report))
    names = [case.get("name") for case in suite.iter("testcase")]
    assert set(IMPACT) <= set(names)
    assert suite.get("tests") == str(len(names))
    assert suite.get("failures") == str(len(report.failed))
    assert suite.get("errors") == str(len(list(suite.iter("error"))))
    assert not set(junit(report)) & set("\x00\x9b\x1b\x07")


@EVERY_REPORT
def test_workflow_commands_annotate_and_no_server_adds_one(report: Report) -> None:
    text = workflow_commands(report)
    commands = [line for line in text.splitlines() if line.lstrip().startswith("::")]
    kinds = ["error"] * (len(report.failures) + len(report.errors)) + ["notice"] * len(report.notes)
    assert re.findall(r"^::(\w+) title=contract \w+::", "\n".join(commands), re.MULTILINE) == kinds
    assert len(commands) == len(kinds)
    assert text.splitlines()[-1] == _summary.summary(report)
    assert not set(text) & CONTROLS


@EVERY_REPORT
def test_the_step_summary_is_markdown_that_no_server_adds_to(report: Report) -> None:
    text = markdown(report)
    assert _summary.headline(report) in text.splitlines()[0]
    without_code = re.sub(r"^(`{3,})\w*\n.*?\n\1`*$", "", text, flags=re.DOTALL | re.MULTILINE)
    assert not re.search("</?(script|b)>", without_code)
    assert "**" not in without_code
    assert not re.search(r"^\s*::", without_code, re.MULTILINE)


def test_the_files_of_a_report_are_written_into_a_new_folder(tmp_path: Path) -> None:
    write(tmp_path / "new" / "folder", FAILS)
    assert {file.name for file in (tmp_path / "new/folder").iterdir()} == {"junit.xml", "report.html", "report.json"}


@pytest.mark.parametrize(
    ("urls", "address"),
    [
        (
            ["Source, https://example.org/x", "Documentation, https://example.org/docs/index.md"],
            "https://example.org/docs/contract.md#usable_list",
        ),
        (None, _summary.API_REFERENCE),
    ],
    ids=["documentation", "none"],
)
def test_the_documentation_is_that_of_the_project(
    urls: list[str] | None, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _summary.documentation().endswith("/docs/contract.md#")
    monkeypatch.setattr(_summary, "metadata", lambda _: types.SimpleNamespace(get_all=lambda _: urls))
    monkeypatch.setattr(_summary, "documentation", _summary.documentation.__wrapped__)
    (check,) = _summary.by_verdict(PASSES, Verdict.PASSES)
    assert _summary.docs_url(check) == address
