"""The table of the benchmark, for a terminal and for docs/performance.md, and its file."""

import os
import platform
import statistics
from collections.abc import Sequence
from importlib.metadata import version
from itertools import groupby
from pathlib import Path
from typing import Final

from tests.bench.measure import LIBRARIES, OURS, Samples, package
from tests.bench.works import TARGETS

from openai_models import __version__

AIMED_AT: Final = {library for targets in TARGETS.values() for library in targets}


def table(all_samples: Sequence[Samples]) -> list[list[str]]:
    """Return a head, and a row of cells for each work; of lists in several shapes, times are those of the first."""
    libraries = list(dict.fromkeys([*LIBRARIES, *(library for each in all_samples for library in each.taken)]))
    others = [library for library in libraries if library != OURS]
    ratios = [f"of {_name(library)}{' (target)' * (library in AIMED_AT)}" for library in others]
    lines = [["work", *map(_name, libraries), *ratios]]
    for row, group in groupby(all_samples, lambda samples: samples.work.partition(": ")[0]):
        shapes = list(group)
        times = [_number(shapes[0], library) for library in libraries]
        lines.append([row, *times, *(_worst(row, shapes, library) for library in others)])
    return lines


def _name(library: str) -> str:
    if package(library) != library:
        return f"openai-models ({Path(library).name})"
    return library.replace("_", "-")


def _number(samples: Samples, library: str) -> str:
    if library not in samples.taken:
        return "-"
    value = statistics.median(samples.taken[library])
    if samples.unit == "MB":
        return f"{value:.0f} MB"
    return f"{value:.2f} s" if value >= 1 else f"{value * 1000:.3g} ms"


def _worst(row: str, shapes: Sequence[Samples], library: str) -> str:
    """Return our ratio to a library, in the shape in which it is highest."""
    if library not in shapes[0].taken:
        return "-"
    worst = max(shapes, key=lambda samples: samples.ratio(library))
    ratio, spread = worst.ratio(library)
    told, target, (_, _, shape) = f"{ratio:.2f} ± {spread:.2f}", TARGETS[row].get(library), worst.work.partition(": ")
    if target is not None:
        told += f" (≤ {target:.2f}{'' if ratio <= target else ', missed'})"
    return f"{told}, {shape}" if shape else told


def markdown(all_samples: list[Samples]) -> str:
    """Return the table for the page."""
    head, *rows = table(all_samples)
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines) + f"\n\n{versions()}\n"


def plain(all_samples: list[Samples]) -> str:
    """Return the table for a terminal."""
    lines = table(all_samples)
    widths = [max(len(cell) for cell in column) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def versions() -> str:
    """Return the versions and the machine that were measured."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("openai", "httpx", "httpx2", "httpx-aiohttp"))
    machine = f"{platform.system()} {platform.machine()} with {os.cpu_count()} cores"
    return f"Python {platform.python_version()} on {machine}; openai-models {__version__}, {packages}."


def save(all_samples: list[Samples], file: Path) -> None:
    """Write the numbers as pyperf does, so that its `compare_to` and `show` read them."""

    import pyperf  # pyright: ignore[reportMissingImports]  # in the benchmark's environment alone

    benchmarks = []
    for samples in all_samples:
        for library, values in samples.taken.items():
            unit = "byte" if samples.unit == "MB" else "second"
            numbers = [value * 1e6 for value in values] if unit == "byte" else values
            metadata = {"name": f"{samples.work}: {library}", "unit": unit}
            run = pyperf.Run(numbers, metadata=metadata, collect_metadata=False)
            benchmarks.append(pyperf.Benchmark([run]))
    pyperf.BenchmarkSuite(benchmarks).dump(str(file), replace=True)
