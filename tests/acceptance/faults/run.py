"""Run every fault of tests/acceptance/faults/ against a library and print the outcomes.

python -m tests.acceptance.faults.run [--lib openai_models|openai]

For openai_models, it fails if an outcome is not as expected. For openai it only prints; a call
that hangs is ended and counts as an outcome.
"""

from __future__ import annotations

import argparse
import os
import queue
import sys
import threading
from collections import Counter
from importlib.metadata import version
from typing import TYPE_CHECKING

from tests.acceptance.faults.catalogue import FAULTS
from tests.acceptance.faults.runner import SHELLS, Runner

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from tests.acceptance.faults.fault import Fault
    from tests.acceptance.faults.runner import Cell

OURS, THEIRS = "openai_models", "openai"
DISTRIBUTIONS = {OURS: "openai-models", THEIRS: "openai"}


def run_all(library: str, shells: Sequence[str], report: Callable[[Cell], None]) -> dict[tuple[str, str], Cell]:
    """Run every fault on these shells, one thread per processor, and report the cells in order."""
    work: queue.SimpleQueue[tuple[Fault, str]] = queue.SimpleQueue()
    order = [(fault, shell) for fault in FAULTS for shell in shells]
    for pair in order:
        work.put(pair)
    done: queue.SimpleQueue[Cell | None] = queue.SimpleQueue()

    def work_queue() -> None:
        try:
            with Runner(library) as library_runner:
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


def main() -> int:
    """Print the matrix, or write the page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--lib", choices=(OURS, THEIRS), default=OURS)
    arguments = parser.parse_args()
    cells = run_all(arguments.lib, SHELLS, lambda cell: print(line(cell), flush=True))
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
