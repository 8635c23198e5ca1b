"""The start page, the navigation and the reference lead to what they promise, without building the site."""

import re
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
CONFIG: dict[str, Any] = yaml.safe_load((ROOT / "mkdocs.yml").read_text("utf-8"))
QUESTIONS: list[dict[str, Any]] = yaml.safe_load((DOCS / "questions.yml").read_text("utf-8"))
HEADING = re.compile(r"^(#+) (.*?)(?: \{.*\})?$")


def find_page(clicks: list[str]) -> tuple[str, list[str]]:
    """Return the file of the page that clicks in the navigation open, and the clicks that are left for its headings."""
    level: Any = CONFIG["nav"]
    while not isinstance(level, str):
        entries = {name: target for entry in level for name, target in entry.items()}
        assert clicks[0] in entries, f"the navigation has {list(entries)}"
        level, clicks = entries[clicks[0]], clicks[1:]
    return level, clicks


def section(page: str, heading: str) -> list[str]:
    """Return the lines under a heading, to the next one of its level or above."""
    lines: list[str] = []
    level = 0
    fenced = False
    for line in (DOCS / page).read_text("utf-8").splitlines():
        fenced ^= line.startswith("```")
        found = None if fenced else HEADING.match(line)
        if found and level and len(found[1]) <= level:
            break
        if found and found[2] == heading:
            level = len(found[1])
        elif level:
            lines.append(line)
    return lines


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question["question"])
def test_clicks_from_the_start_page_lead_to_the_answer(question: dict[str, Any]) -> None:
    page, (heading,) = find_page(question["clicks"])
    answer = section(page, heading)
    assert answer, f"docs/{page} has no heading {heading!r}"
    assert question["answer"] in "\n".join(answer[:60])  # a reader looks at no more than a screen or two


def test_the_start_page_asks_ten_questions_at_least_and_each_once() -> None:
    questions = re.findall(r"^\| ([^|]+\?) \|", (DOCS / "index.md").read_text("utf-8"), re.MULTILINE)
    assert len(QUESTIONS) >= 10
    assert len({*questions}) == len(questions) >= 10


def test_the_reference_has_every_public_name() -> None:
    pages = "\n".join(page.read_text("utf-8") for page in (DOCS / "reference").glob("*.md"))
    generated = set(re.findall(r"^::: (\S+)$", pages, re.MULTILINE))
    written = {name.rpartition(".")[2] for name in re.findall(r"`([\w.]+)`", pages)}
    modules = [f"openai_models{part}" for part in ("", ".types", ".pagination", ".resources", ".testing", ".contract")]
    public = {f"{module}.{name}" for module in modules for name in import_module(module).__all__}
    assert {name for name in public - generated - {*modules} if name.rpartition(".")[2] not in written} == set()


def test_a_warning_fails_the_build() -> None:
    (recipe,) = re.findall(r"mkdocs build.*", (ROOT / "Makefile").read_text("utf-8"))
    assert "--strict" in recipe
    assert "--quiet" not in recipe  # with it, mkdocs counts no warnings
