"""Run every fault of tests/acceptance/faults/ against a library and print the outcomes.

python tools/faults.py [--lib openai_models|openai] [--page]

For openai_models, it fails if an outcome is not as expected. For openai it only prints; a call
that hangs is ended and counts as an outcome. `--page` runs both libraries and writes the table
of docs/reliability.md.
"""

from __future__ import annotations

import argparse
import importlib
import os
import queue
import sys
import threading
from collections import Counter
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from tests.acceptance.faults.fault import Fault
    from tests.acceptance.faults.runner import Cell

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "reliability.md"
START = "<!-- The table: `python tools/faults.py --page` writes it from tests/acceptance/faults/. -->\n"
END = "<!-- The end of the table. -->\n"
OURS, THEIRS = "openai_models", "openai"
DISTRIBUTIONS = {OURS: "openai-models", THEIRS: "openai"}
PAGE_SHELLS = ("sync", "asyncio")

sys.path.insert(0, str(ROOT))


def run_all(library: str, shells: Sequence[str], report: Callable[[Cell], None]) -> dict[tuple[str, str], Cell]:
    """Run every fault on these shells, one thread per processor, and report the cells in order."""
    faults: tuple[Fault, ...] = importlib.import_module("tests.acceptance.faults.catalogue").FAULTS
    runner = importlib.import_module("tests.acceptance.faults.runner")
    work: queue.SimpleQueue[tuple[Fault, str]] = queue.SimpleQueue()
    order = [(fault, shell) for fault in faults for shell in shells]
    for pair in order:
        work.put(pair)
    done: queue.SimpleQueue[Cell | None] = queue.SimpleQueue()

    def work_queue() -> None:
        try:
            with runner.Runner(library) as library_runner:
                while True:
                    try:
                        fault, shell = work.get_nowait()
                    except queue.Empty:
                        return
                    done.put(library_runner.run(fault, shell))
        finally:
            done.put(None)

    workers = [threading.Thread(target=work_queue) for _ in range(os.cpu_count() or 1)]
    for worker in workers:
        worker.start()
    cells: dict[tuple[str, str], Cell] = {}
    reported, working = 0, len(workers)
    while working:
        cell = done.get()
        if cell is None:
            working -= 1
            continue
        cells[cell.fault.name, cell.shell] = cell
        while reported < len(order) and (key := (order[reported][0].name, order[reported][1])) in cells:
            report(cells[key])
            reported += 1
    for worker in workers:
        worker.join()
    return cells


def line(cell: Cell) -> str:
    """Return a cell as a line of the printed matrix."""
    megabytes = "   -  " if cell.megabytes is None else f"{cell.megabytes:6.1f}"
    verdict = "as expected" if not cell.problems else "NOT AS EXPECTED: " + "; ".join(cell.problems)
    return (
        f"{cell.fault.group:24.24} {cell.fault.name:50.50} {cell.shell:8}"
        f"{cell.seconds:6.2f} s {megabytes} MB  {cell.outcome:38} {verdict}"
    )


def summary(cells: Iterable[Cell]) -> str:
    """Return how many faults have the expected outcome on every shell that ran."""
    by_fault: dict[str, bool] = {}
    for cell in cells:
        by_fault[cell.fault.name] = by_fault.get(cell.fault.name, True) and not cell.problems
    expected = sum(by_fault.values())
    return f"{expected} of {len(by_fault)} ({100 * expected / len(by_fault):.0f} %)"


def _cell_text(cell: Cell) -> str:
    mark = "" if not cell.problems else "**wrong**: "
    return f"{mark}{cell.outcome}"


def _merged_text(cells: Sequence[Cell]) -> str:
    """Return one text if the shells agree, else one for each."""
    texts = [_cell_text(cell) for cell in cells]
    if len(set(texts)) == 1:
        return texts[0]
    return "; ".join(f"{cell.shell}: {text}" for cell, text in zip(cells, texts, strict=True))


def table(results: dict[str, dict[tuple[str, str], Cell]]) -> str:
    """Return the outcomes of both libraries as Markdown."""
    faults: tuple[Fault, ...] = importlib.import_module("tests.acceptance.faults.catalogue").FAULTS
    summaries = {
        library: f"`{library}` {version(DISTRIBUTIONS[library])}: {summary(cells.values())}"
        for library, cells in results.items()
    }
    lines = [
        f"Faults that end as they should, on both clients: {summaries[OURS]}, {summaries[THEIRS]}.",
    ]
    group = ""
    for fault in faults:
        if fault.group != group:
            group = fault.group
            lines += ["", f"### {group[0].upper()}{group[1:]}", ""]
            lines += [f"| fault | what should come | `{OURS}` | `{THEIRS}` |", "|---|---|---|---|"]
        columns = [
            _merged_text([results[library][fault.name, shell] for shell in PAGE_SHELLS]) for library in (OURS, THEIRS)
        ]
        cells = [fault.name, str(fault.expected), *columns]
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def with_table(text: str, table: str) -> str:
    """Return a page with its table replaced.

    Raises:
        ValueError: The page lacks the markers.
    """
    before, start, rest = text.partition(START)
    _, end, after = rest.partition(END)
    if not start or not end:
        msg = f"{PAGE.name} lacks the comments that mark the table"
        raise ValueError(msg)
    return f"{before}{START}\n{table}\n{END}{after}"


def main() -> int:
    """Print the matrix, or write the page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--lib", choices=(OURS, THEIRS), default=OURS)
    parser.add_argument("--page", action="store_true", help="run both libraries and write docs/reliability.md")
    arguments = parser.parse_args()
    if arguments.page:
        results = {library: run_all(library, PAGE_SHELLS, lambda _: None) for library in (OURS, THEIRS)}
        PAGE.write_text(with_table(PAGE.read_text("utf-8"), table(results)), "utf-8")
        return 0
    shells: tuple[str, ...] = importlib.import_module("tests.acceptance.faults.runner").SHELLS
    cells = run_all(arguments.lib, shells, lambda cell: print(line(cell), flush=True))
    wrong = [cell for cell in cells.values() if cell.problems]
    outcomes = Counter(cell.outcome.split()[0] for cell in wrong)
    print(
        f"\n{arguments.lib} {version(DISTRIBUTIONS[arguments.lib])}: "
        f"{summary(cells.values())} faults end as they should"
    )
    if wrong:
        print("cells that don't: " + ", ".join(f"{number} {outcome}" for outcome, number in outcomes.most_common()))
    return 1 if wrong and arguments.lib == OURS else 0


if __name__ == "__main__":
    sys.exit(main())
