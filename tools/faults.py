"""Run every fault of tests/faults/ against a library and print what comes of each.

python tools/faults.py [--lib openai_models|openai] [--page]

For openai_models, it fails on any cell that isn't as expected. For openai, it only prints:
a call that hangs is ended, and is a result. `--page` runs both and writes the table of
docs/reliability.md.
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

    from tests.faults.fault import Fault
    from tests.faults.runner import Cell

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "reliability.md"
START = "<!-- The table: `python tools/faults.py --page` writes it from tests/faults/. -->\n"
END = "<!-- The end of the table. -->\n"
OURS, THEIRS = "openai_models", "openai"
DISTRIBUTIONS = {OURS: "openai-models", THEIRS: "openai"}
PAGE_SHELLS = ("sync", "asyncio")

sys.path.insert(0, str(ROOT))


def run_all(library: str, shells: Sequence[str], tell: Callable[[Cell], None]) -> dict[tuple[str, str], Cell]:
    """Run every fault on these shells, as many at once as there are processors, and tell of each cell in order."""
    faults: tuple[Fault, ...] = importlib.import_module("tests.faults.catalogue").FAULTS
    runner = importlib.import_module("tests.faults.runner")
    work: queue.SimpleQueue[tuple[Fault, str]] = queue.SimpleQueue()
    order = [(fault, shell) for fault in faults for shell in shells]
    for pair in order:
        work.put(pair)
    done: queue.SimpleQueue[Cell | None] = queue.SimpleQueue()

    def work_off() -> None:
        try:
            with runner.Runner(library) as made:
                while True:
                    try:
                        fault, shell = work.get_nowait()
                    except queue.Empty:
                        return
                    done.put(made.run(fault, shell))
        finally:
            done.put(None)

    workers = [threading.Thread(target=work_off) for _ in range(os.cpu_count() or 1)]
    for worker in workers:
        worker.start()
    cells: dict[tuple[str, str], Cell] = {}
    told, working = 0, len(workers)
    while working:
        cell = done.get()
        if cell is None:
            working -= 1
            continue
        cells[cell.fault.name, cell.shell] = cell
        while told < len(order) and (order[told][0].name, order[told][1]) in cells:
            tell(cells[order[told][0].name, order[told][1]])
            told += 1
    for worker in workers:
        worker.join()
    return cells


def line(cell: Cell) -> str:
    """Give a cell as a line of the printed matrix."""
    megabytes = "   -  " if cell.megabytes is None else f"{cell.megabytes:6.1f}"
    verdict = "as expected" if not cell.problems else "NOT AS EXPECTED: " + "; ".join(cell.problems)
    return (
        f"{cell.fault.group:24.24} {cell.fault.name:50.50} {cell.shell:8}"
        f"{cell.seconds:6.2f} s {megabytes} MB  {cell.outcome:38} {verdict}"
    )


def share(cells: Iterable[Cell]) -> str:
    """Say how many faults end as they should on every shell that was asked."""
    by_fault: dict[str, bool] = {}
    for cell in cells:
        by_fault[cell.fault.name] = by_fault.get(cell.fault.name, True) and not cell.problems
    right = sum(by_fault.values())
    return f"{right} of {len(by_fault)} ({100 * right / len(by_fault):.0f} %)"


def _in_table(cell: Cell) -> str:
    mark = "" if not cell.problems else "**wrong**: "
    return f"{mark}{cell.outcome}"


def _in_both(cells: Sequence[Cell]) -> str:
    """Give one text for shells that agree, and one for each where they don't."""
    texts = [_in_table(cell) for cell in cells]
    if len(set(texts)) == 1:
        return texts[0]
    return "; ".join(f"{cell.shell}: {text}" for cell, text in zip(cells, texts, strict=True))


def table(results: dict[str, dict[tuple[str, str], Cell]]) -> str:
    """Give both libraries' outcomes as Markdown."""
    faults: tuple[Fault, ...] = importlib.import_module("tests.faults.catalogue").FAULTS
    shares = {
        library: f"`{library}` {version(DISTRIBUTIONS[library])}: {share(cells.values())}"
        for library, cells in results.items()
    }
    lines = [
        f"Faults that end as they should, on both clients: {shares[OURS]}, {shares[THEIRS]}.",
    ]
    group = ""
    for fault in faults:
        if fault.group != group:
            group = fault.group
            lines += ["", f"### {group[0].upper()}{group[1:]}", ""]
            lines += [f"| fault | what should come | `{OURS}` | `{THEIRS}` |", "|---|---|---|---|"]
        columns = [
            _in_both([results[library][fault.name, shell] for shell in PAGE_SHELLS]) for library in (OURS, THEIRS)
        ]
        cells = [fault.name, str(fault.expected), *columns]
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def with_table(text: str, made: str) -> str:
    """Give the page with this table in it.

    Raises:
        ValueError: The page has no place for it.
    """
    before, start, rest = text.partition(START)
    _, end, after = rest.partition(END)
    if not start or not end:
        msg = f"{PAGE.name} lacks the lines between which the table stands"
        raise ValueError(msg)
    return f"{before}{START}\n{made}\n{END}{after}"


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
    shells: tuple[str, ...] = importlib.import_module("tests.faults.runner").SHELLS
    cells = run_all(arguments.lib, shells, lambda cell: print(line(cell), flush=True))
    wrong = [cell for cell in cells.values() if cell.problems]
    outcomes = Counter(cell.outcome.split()[0] for cell in wrong)
    print(
        f"\n{arguments.lib} {version(DISTRIBUTIONS[arguments.lib])}: {share(cells.values())} faults end as they should"
    )
    if wrong:
        print("cells that don't: " + ", ".join(f"{number} {outcome}" for outcome, number in outcomes.most_common()))
    return 1 if wrong and arguments.lib == OURS else 0


if __name__ == "__main__":
    sys.exit(main())
