"""The page on reliability names the faults that the code has, and files that are there."""

import re
from pathlib import Path

from tests.acceptance.faults.catalogue import FAULTS

PAGE = Path(__file__).parents[3] / "docs" / "reliability.md"


def test_the_page_lists_the_faults_of_the_code() -> None:
    # A bar within a cell is escaped; `fault` is the name of the column.
    table = PAGE.read_text("utf-8").partition("<!-- The table:")[2]
    cells = re.findall(r"^\| ((?:[^|\\]|\\.)+) \|", table, re.MULTILINE)
    named = [cell.replace("\\|", "|") for cell in cells if cell != "fault"]
    assert named == [fault.name for fault in FAULTS]


def test_each_promise_names_a_test_that_is_there() -> None:
    links = re.findall(r"\]\((\.\./[^)]+)\)", PAGE.read_text("utf-8"))
    assert links
    assert [link for link in links if not (PAGE.parent / link).is_file()] == []
