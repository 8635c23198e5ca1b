"""The measuring: in rounds, in which each library has its turn."""

import contextlib
import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final, Self

from attrs import define, field

HERE: Final = Path(__file__).parent
ROOT: Final = HERE.parent.parent
LIBRARIES: Final = ("openai_models", "openai", "httpx", "httpx2", "httpx-aiohttp")
OURS: Final = LIBRARIES[0]
ROUNDS_OF_A_PROCESS: Final = 3


@define
class Samples:
    """What a work took with each library: a number for each round.

    Attributes:
        work: The work's name.
        unit: Of the numbers: `s` or `MB`.
        taken: The numbers by library, in the order of the rounds.
    """

    work: str
    unit: str
    taken: dict[str, list[float]] = field(factory=dict)

    def ratio(self, library: str) -> tuple[float, float]:
        """Return the median of the rounds' ratios to a library, and half the distance between their quartiles."""
        ratios = [ours / theirs for ours, theirs in zip(self.taken[OURS], self.taken[library], strict=True)]
        if len(ratios) < 2:
            return ratios[0], 0.0
        low, middle, high = statistics.quantiles(ratios, n=4, method="inclusive")
        return middle, (high - low) / 2


def package(library: str) -> str:
    """Return the package of a library, which is ours for the absolute path of another checkout."""
    return OURS if Path(library).is_absolute() else library


def environment(library: str = OURS) -> dict[str, str]:
    """Return the environment of what is measured: with compiled modules, and no settings or proxies."""
    dropped = ("OPENAI_", "PYTHONDONTWRITEBYTECODE", "SSL_CERT", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
    given = {name: value for name, value in os.environ.items() if not name.upper().startswith(dropped)}
    if package(library) != library:
        given["PYTHONPATH"] = os.pathsep.join(str(Path(library, folder)) for folder in ("wrapper", "generated"))
    return given


@contextlib.contextmanager
def server() -> Iterator[str]:
    """Run the server of the benchmark, and give its origin."""
    with subprocess.Popen(
        [sys.executable, HERE / "server.py"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment(),
    ) as process:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        process.kill()


class Worker:
    """A library's process, made ready for a work."""

    def __init__(self, library: str, work: str, origin: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, HERE / "worker.py", package(library), work, origin],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment(library),
        )
        assert self._line() == "ready", f"the worker of {library} for {work!r} has failed"

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def seconds(self, *, cpu: bool = False) -> float:
        """Do the work once, and give what it took: by the clock, or of the processor."""
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return float(self._line().split()[cpu])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()


def warm(work: str, origin: str, rounds: int, libraries: Sequence[str], *, cpu: bool = False) -> Samples:
    """Measure a work that processes repeat: each a few times, since how memory lies in one is its luck for good."""
    print(f"{work} ...", file=sys.stderr, flush=True)
    samples = Samples(work, "s", {library: [] for library in libraries})
    for start in range(0, rounds, ROUNDS_OF_A_PROCESS):
        with contextlib.ExitStack() as stack:
            workers = {library: stack.enter_context(Worker(library, work, origin)) for library in libraries}
            for turn in range(start, min(start + ROUNDS_OF_A_PROCESS, rounds)):
                # Another one begins each time, so that none always comes after the same one.
                for library in _turned(libraries, turn):
                    samples.taken[library].append(workers[library].seconds(cpu=cpu))
    return samples


def cold(work: str, unit: str, once: Callable[[str], float], rounds: int, libraries: Sequence[str]) -> Samples:
    """Measure a work that ends with its process."""
    print(f"{work} ...", file=sys.stderr, flush=True)
    samples = Samples(work, unit, {library: [] for library in libraries})
    for library in libraries:
        once(library)  # compiles the modules, and reads them into the system's cache
    for turn in range(rounds):
        for library in _turned(libraries, turn):
            samples.taken[library].append(once(library))
    return samples


def _turned(libraries: Sequence[str], turn: int) -> list[str]:
    by = turn % len(libraries)
    return [*libraries[by:], *libraries[:by]]


def printed(code: str, library: str) -> float:
    """Run Python code in a process of its own, and give the number that it prints."""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment(library), cwd=ROOT
    )
    return float(done.stdout.splitlines()[-1])
