"""How long the command line takes, against the bare client in a process of its own."""

import statistics
import subprocess
import sys
import time
from typing import Final

from tests.bench.measure import OURS, ROOT, environment
from tests.bench.works import first

# Arguments, and the time that they may take at most, in those of the bare client's cold start.
COMMAND: Final = (  # without what httpx imports for its own command line
    "import sys; sys.modules.update(dict.fromkeys(['pygments', 'rich'])); "
    "from openai_models.__main__ import main; sys.exit(main())"
)
COMMANDS: Final = {"--help": " (target 0.9)", "list": " (target 1.5)", "list --format ids": ""}


def sentence(origin: str, rounds: int) -> str:
    """Measure the commands round by round, and return a sentence about what they take."""
    settings = environment() | {"OPENAI_BASE_URL": f"{origin}/100", "OPENAI_API_KEY": "sk-bench"}
    ratios: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for turn in range(rounds + 1):
        bare = first(OURS, origin)
        for name, taken in ratios.items():
            command = [sys.executable, "-c", COMMAND, *name.split()]
            begin = time.perf_counter()
            subprocess.run(command, env=settings, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
            if turn:  # the first round compiles the modules
                taken.append((time.perf_counter() - begin) / bare)
    found = [
        f"`openai-models {name}` {statistics.median(ratios[name]):.2f}{target}" for name, target in COMMANDS.items()
    ]
    return f"In times of the bare client's cold start: {', '.join(found)}."
