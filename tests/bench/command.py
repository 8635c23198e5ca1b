"""How long the command line takes, against the bare client in a process of its own."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from typing import Final

from tests.bench.measure import OURS, ROOT, environment
from tests.bench.works import first

# Of the bare client's cold start, at most.
TARGETS: Final = {"--help": 0.9, "list": 1.5}
COMMANDS: Final = {"--help": ["--help"], "list": ["list"], "list --format ids": ["list", "--format", "ids"]}


def seconds(arguments: list[str], origin: str) -> float:
    """Run the command once."""
    settings = {"OPENAI_BASE_URL": f"{origin}/100", "OPENAI_API_KEY": "sk-bench"}
    begin = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "openai_models", *arguments],
        env=environment() | settings,
        cwd=ROOT,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return time.perf_counter() - begin


def measured(origin: str, rounds: int) -> dict[str, list[float]]:
    """Return the ratios of each command, round by round."""
    ratios: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for turn in range(rounds + 1):
        bare = first(OURS, origin)
        for name, arguments in COMMANDS.items():
            ratio = seconds(arguments, origin) / bare
            if turn:  # the first round compiles the modules
                ratios[name].append(ratio)
    return ratios


def sentence(ratios: dict[str, list[float]]) -> str:
    """Return a sentence about what the commands take."""
    found = [
        f"`openai-models {name}` {statistics.median(values):.2f}"
        + (f" (target {TARGETS[name]})" if name in TARGETS else "")
        for name, values in ratios.items()
    ]
    return f"In times of the bare client's cold start: {', '.join(found)}."
