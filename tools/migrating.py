"""Write the table of docs/migrating.md from the differences in tests/acceptance/parity/.

python tools/migrating.py
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.acceptance.parity.difference import Difference

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "migrating.md"
START = "<!-- The table: `python tools/migrating.py` writes it from tests/acceptance/parity/. -->\n"
END = "<!-- The end of the table. -->\n"


def table() -> str:
    """Return the table as Markdown."""
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    rows: tuple[Difference, ...] = importlib.import_module("tests.acceptance.parity.differences").DIFFERENCES
    lines = ["| | `openai` | `openai_models` | why |", "|---|---|---|---|"]
    for row in rows:
        cells = (row.what, row.theirs, row.ours, row.reason)
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def page(text: str) -> str:
    """Return the page with its table updated.

    Raises:
        ValueError: The page lacks the markers.
    """
    before, start, rest = text.partition(START)
    _, end, after = rest.partition(END)
    if not start or not end:
        msg = f"{PAGE.name} lacks the comments that mark the table"
        raise ValueError(msg)
    return f"{before}{START}\n{table()}\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text("utf-8")), "utf-8")
