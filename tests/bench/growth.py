"""How cost grows: plots, and a line of text for each."""

import math
import statistics
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from attrs import frozen
from tests.bench.measure import OURS, warm

LIBRARIES: Final = (OURS, "openai", "httpx")


@frozen
class Growth:
    """Something that grows, and what it costs.

    Attributes:
        name: What the plot's file is called by.
        title: What grows.
        sizes: How far.
        work: The name of the work of a size.
        repeats: How often the work is done in one measurement.
    """

    name: str
    title: str
    sizes: Sequence[int]
    work: Callable[[int], str]
    repeats: Callable[[int], int]


GROWTHS: Final = (
    Growth(
        "list",
        "models in a list",
        (1, 10, 100, 1000, 10_000, 100_000),
        lambda n: f"list of {n}",
        lambda n: max(1, 2000 // n),
    ),
    Growth(
        "calls",
        "calls at a time",
        (1, 5, 20, 50, 100, 200, 500),
        lambda n: f"async retrieves, {n} at a time, 100 kept",
        lambda n: max(2 * n, 100),
    ),
    Growth("clients", "clients in a process", (1, 3, 10, 30, 100), lambda n: f"{n} clients", lambda _: 1),
)


def measured(growth: Growth, origin: str, rounds: int) -> dict[str, list[float]]:
    """Return seconds of CPU time for one unit of work by library, size by size."""
    taken: dict[str, list[float]] = {library: [] for library in LIBRARIES}
    for size in growth.sizes:
        samples = warm(growth.work(size), origin, rounds, LIBRARIES, cpu=True)
        for library in LIBRARIES:
            # What grows with the calls is what one of them costs, of the others the whole.
            taken[library].append(statistics.median(samples.taken[library]) / growth.repeats(size))
    return taken


def slope(sizes: Sequence[int], seconds: Sequence[float]) -> float:
    """Return by which power of the size the cost grows over the last tenfold or so."""
    first = max(index for index, size in enumerate(sizes) if size * 5 <= sizes[-1])
    return math.log(seconds[-1] / seconds[first]) / math.log(sizes[-1] / sizes[first])


def sentence(growth: Growth, taken: dict[str, list[float]]) -> str:
    """Return a line on how this package's cost grows."""
    ours = taken[OURS]
    power = slope(growth.sizes, ours)
    if growth.name == "calls":
        return (
            f"One of {growth.sizes[-1]} {growth.title} costs {ours[-1] * 1e6:.0f} µs, "
            f"alone {ours[0] * 1e6:.0f} µs; it grows by the power {power:.2f} (0 is: not at all)."
        )
    return (
        f"{growth.sizes[-1]:,} {growth.title} cost {ours[-1] * 1000:.3g} ms, one {ours[0] * 1000:.3g} ms; "
        f"the cost grows by the power {power:.2f} (1 is: in proportion)."
    )


def plot(growth: Growth, taken: dict[str, list[float]], file: Path) -> None:
    """Draw the costs of all libraries, both axes by powers of ten."""
    import matplotlib as mpl  # pyright: ignore[reportMissingImports]  # in the benchmark's environment alone

    mpl.use("svg")
    # The same data give the same file.
    mpl.rcParams["svg.hashsalt"] = growth.name
    import matplotlib.pyplot as plt  # pyright: ignore[reportMissingImports]

    figure, axes = plt.subplots(figsize=(6, 3.6), layout="constrained")
    for library, style in zip(LIBRARIES, ("o-", "s--", "^:"), strict=True):
        axes.loglog(growth.sizes, [seconds * 1000 for seconds in taken[library]], style, label=library)
    axes.set_xlabel(growth.title)
    axes.set_ylabel("CPU ms for one of the calls" if growth.name == "calls" else "CPU ms")
    axes.grid(visible=True, which="major", alpha=0.3)
    axes.legend()
    figure.savefig(file, metadata={"Date": None})
    plt.close(figure)
