"""Run the benchmark: `make bench`.

python -m tests.bench.run [--growth] [--page] [--rounds N] [--only TEXT] [--also PATH]
"""

import argparse
import os
import re
import statistics
import time
from pathlib import Path
from typing import Final

from tests.bench import command, growth, report
from tests.bench.measure import ROOT, server, warm
from tests.bench.works import WORKS, measured

PAGE: Final = ROOT / "docs" / "performance.md"
IMAGES: Final = ROOT / "docs" / "img"


def main() -> None:
    """Measure, print, and write what is asked for.

    All processes share one core: with another one, each response would take the time until that wakes up.
    """
    parser = argparse.ArgumentParser(description="The official SDK, httpx, httpx2 and this package, side by side.")
    parser.add_argument("--growth", action="store_true", help="draw how cost grows, too")
    parser.add_argument("--page", action="store_true", help="write the results into docs/performance.md")
    parser.add_argument("--rounds", type=int, default=15, help="how often each work is done with each library")
    parser.add_argument("--only", default="", help="only the works whose name has this in it")
    parser.add_argument("--also", action="append", default=[], help="another checkout of this package to compare with")
    options = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):  # on Linux
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    also = [str(Path(path).resolve(strict=True)) for path in options.also]
    begin = time.monotonic()
    with server() as origin:
        all_samples = [measured(name, origin, options.rounds, also) for name in WORKS if options.only in name]
        alone = _server_alone(origin)
        commands = command.sentence(origin, options.rounds)
        sentences = _growths(origin) if options.growth else None
    print(f"\n{report.plain(all_samples)}\n\n{report.versions()}\n{alone}\n{commands}")
    print(f"{time.monotonic() - begin:.0f} s for {options.rounds} rounds.")
    if file := os.environ.get("BENCH_JSON"):
        report.save(all_samples, Path(file))
    if options.page:
        _write("table", "\n".join([report.markdown(all_samples), alone, "", commands, ""]))
    if options.page and sentences is not None:
        _write("growth", sentences)


def _server_alone(origin: str) -> str:
    """Measure the server's own time for a request over a bare socket, and return it in a sentence."""
    seconds = statistics.median(warm("socket", origin, 3, ("socket",)).taken["socket"]) / 2000
    return f"The server answers a bare socket in {seconds * 1e6:.0f} µs a request, in a process of its own."


def _growths(origin: str) -> str:
    lines = []
    for each in growth.GROWTHS:
        taken = growth.measured(each, origin, 3)
        growth.plot(each, taken, IMAGES / f"growth-{each.name}.svg")
        lines.append(f"{growth.sentence(each, taken)}\n\n![{each.title}](img/growth-{each.name}.svg)\n")
    print("\n".join(lines))
    return "\n".join(lines)


def _write(part: str, text: str) -> None:
    """Put a text between the page's marks."""
    marked = re.compile(f"(<!-- {part} -->).*(<!-- end of {part} -->)", re.DOTALL)
    page = marked.sub(lambda marks: f"{marks[1]}\n\n{text}\n{marks[2]}", PAGE.read_text("utf-8"))
    PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
