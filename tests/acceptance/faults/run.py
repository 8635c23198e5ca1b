"""Run every fault of tests/acceptance/faults/ against a library and print the outcomes.

python -m tests.acceptance.faults.run [--lib openai_models|openai]

For openai_models, it fails if an outcome is not as expected. For openai it only prints; a call
that hangs is ended and counts as an outcome.
"""

import argparse
import contextlib
import os
import queue
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version

from tests.acceptance.faults.catalogue import FAULTS
from tests.acceptance.faults.fault import Fault
from tests.acceptance.faults.runner import SHELLS, Cell, Runner

OURS, THEIRS = "openai_models", "openai"
DISTRIBUTIONS = {OURS: "openai-models", THEIRS: "openai"}


def run_all(library: str, shells: Sequence[str], report: Callable[[Cell], None]) -> dict[tuple[str, str], Cell]:
    """Run every fault on these shells, one runner per processor, and report the cells in order."""
    idle: queue.SimpleQueue[Runner] = queue.SimpleQueue()
    count = os.cpu_count() or 1

    def run(fault: Fault) -> list[Cell]:
        runner = idle.get()
        try:
            return runner.run(fault, shells)
        finally:
            idle.put(runner)

    cells: dict[tuple[str, str], Cell] = {}
    with contextlib.ExitStack() as stack, ThreadPoolExecutor(count) as pool:
        for _ in range(count):
            idle.put(stack.enter_context(Runner(library)))
        for found in pool.map(run, FAULTS):
            for cell in found:
                report(cell)
                cells[cell.fault.name, cell.shell] = cell
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
    """Print the matrix. Return 1 if a fault does not end as this package promises."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--lib", choices=(OURS, THEIRS), default=OURS)
    library = parser.parse_args().lib
    cells = run_all(library, SHELLS, lambda cell: print(line(cell), flush=True))
    wrong = [cell for cell in cells.values() if cell.problems]
    print(f"\n{library} {version(DISTRIBUTIONS[library])}: {summary(cells.values())} faults end as they should")
    if wrong:
        outcomes = Counter(cell.outcome.split()[0] for cell in wrong)
        print("cells that don't: " + ", ".join(f"{number} {outcome}" for outcome, number in outcomes.most_common()))
    return 1 if wrong and library == OURS else 0


if __name__ == "__main__":
    sys.exit(main())
