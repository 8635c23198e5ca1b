"""The table of the benchmark, for a terminal and for docs/performance.md, and its file."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from typing import TYPE_CHECKING, Final

from tests.bench.measure import LIBRARIES
from tests.bench.works import TARGETS

from openai_models import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tests.bench.measure import Samples

OTHERS: Final = ("openai", "httpx")


def rows(all_samples: Iterable[Samples]) -> list[list[str]]:
    """Give a row of cells for each work."""
    return [
        [
            samples.work,
            *(_number(samples.median(library), samples.unit) for library in LIBRARIES),
            *(_cell(samples, library, target) for library, target in zip(OTHERS, TARGETS[samples.work], strict=True)),
        ]
        for samples in all_samples
    ]


def _number(value: float, unit: str) -> str:
    if unit == "MB":
        return f"{value:.0f} MB"
    return f"{value:.2f} s" if value >= 1 else f"{value * 1000:.3g} ms"


def _cell(samples: Samples, library: str, target: float) -> str:
    ratio, spread = samples.ratio(library)
    return f"{ratio:.2f} ± {spread:.2f} (≤ {target:.2f}{'' if ratio <= target else ', missed'})"


HEAD: Final = ["work", "openai-models", "openai", "httpx", "of openai (target)", "of httpx (target)"]


def markdown(all_samples: list[Samples]) -> str:
    """Give the table for the page."""
    lines = [HEAD, ["---"] * len(HEAD), *rows(all_samples)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines) + f"\n\n{versions()}\n"


def plain(all_samples: list[Samples]) -> str:
    """Give the table for a terminal."""
    lines = [HEAD, *rows(all_samples)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEAD))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def versions() -> str:
    """Say what was measured on what."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("openai", "httpx", "httpx-aiohttp"))
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
