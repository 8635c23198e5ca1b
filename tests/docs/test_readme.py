"""The numbers of the README's table are those of the pages that explain them, and its links lead to files."""

import re
from importlib.metadata import distribution, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
PERFORMANCE = (ROOT / "docs" / "performance.md").read_text("utf-8")
REPOSITORY = "https://github.com/openai-models/openai-models"
ROWS = {
    name.strip("| "): cells
    for name, *cells in (line.split(" | ") for line in README.splitlines() if line.startswith("| "))
}


@pytest.mark.parametrize(("column", "name"), [(0, "openai-models"), (1, "openai")])
def test_what_an_installation_brings(column: int, name: str) -> None:
    size, packages = re.findall(r"[\d.]+", ROWS["installed"][column])
    names: set[str] = set()
    waiting = [name]
    while waiting:
        name = canonicalize_name(waiting.pop())
        if name not in names:
            names.add(name)
            needed = map(Requirement, distribution(name).requires or [])
            waiting += [each.name for each in needed if each.marker is None or each.marker.evaluate({"extra": ""})]
    if "openai-models" in names:
        names.discard("sniffio")  # which anyio needs before 4.12
    assert len(names) == int(packages), sorted(names)
    paths = [Path(str(file.locate())) for name in names for file in distribution(name).files or []]
    if "openai-models" in names:  # installed in place
        paths += [path for folder in ("wrapper", "generated") for path in (ROOT / folder).rglob("*")]
    megabytes = sum(path.stat().st_size for path in paths if path.suffix != ".pyc" and path.is_file()) / 1e6
    assert megabytes == pytest.approx(float(size), rel=0.1)  # other Pythons and platforms differ by that


@pytest.mark.parametrize(
    ("row", "work"), [("`import`", "import"), ("process start to the first model", "process start to first model")]
)
def test_times_are_those_of_the_benchmark(row: str, work: str) -> None:
    measured = re.search(rf"^\| {work} \| ([\d.]+ m?s) \| ([\d.]+ m?s) \|", PERFORMANCE, re.MULTILINE)
    assert measured
    assert ROWS[row][:2] == [
        re.sub(r"[\d.]+(?= ms)", lambda n: f"{float(n[0]):.0f}", time) for time in measured.groups()
    ]


def test_the_summary_of_the_performance_page_repeats_its_table() -> None:
    summary, _, page = PERFORMANCE.partition("<!-- table -->")
    rows = re.findall(r"^\| ([^|(]+?)(?: \(\d+ \w+\))? (\| \d[^|]* \| \d[^|]* \| \d[^|]* \|)$", summary, re.MULTILINE)
    assert len(rows) == 7
    assert [work for work, numbers in rows if f"| {work} {numbers}" not in page] == []


def test_faults_are_those_of_the_reliability_page() -> None:
    page = (ROOT / "docs" / "reliability.md").read_text("utf-8")
    counts = re.findall(r"`openai\w*` [\d.]+: (\d+ of \d+)", page)
    assert ROWS["network and server faults that end as a typed error, in time"][:2] == counts


def test_the_release_of_the_official_sdk_is_the_one_that_was_measured() -> None:
    assert f"`openai` {'.'.join(version('openai').split('.')[:2])}" in README


def test_every_link_is_absolute_and_leads_to_a_file() -> None:
    links = re.findall(r"\]\(([^)]+)\)", README)
    assert [link for link in links if not link.startswith("https://")] == []
    raw = REPOSITORY.replace("github.com", "raw.githubusercontent.com") + "/main/"
    ours = [re.sub(rf"{REPOSITORY}/(?:blob|tree)/main/|{raw}", "", link) for link in links]
    assert [path for path in ours if not (ROOT / path).exists()] == []
