"""Make very many calls over faults drawn at random, and hold memory, threads and descriptors level.

python tools/soak.py [--calls 100000] [--seed 20240601]

Both shells take turns. Each outcome must be the one that its fault has; at the end no
socket may be open, and nothing may have grown since the first tenth.
"""

from __future__ import annotations

import argparse
import asyncio
import collections
import contextlib
import gc
import logging
import os
import random
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from openai_models import AsyncOpenAI, OpenAI, OpenAIError

if TYPE_CHECKING:
    from collections.abc import Iterator

# What each fault comes to, and how often it is drawn.
FAULTS: Final = {
    "ok": ("value", 20),
    "chunked": ("value", 5),
    "gzip": ("value", 5),
    "closing": ("value", 4),
    "closing unsaid": ("value", 4),
    "redirect": ("value", 4),
    "bad gzip": ("APIResponseValidationError", 2),
    "bomb": ("APIResponseValidationError", 1),
    "HTML": ("APIResponseValidationError", 3),
    "no JSON": ("APIResponseValidationError", 3),
    "no id": ("APIResponseValidationError", 3),
    "deep": ("APIResponseValidationError", 1),
    "empty": ("APIResponseValidationError", 2),
    "400": ("BadRequestError", 2),
    "401": ("AuthenticationError", 2),
    "404": ("NotFoundError", 2),
    "429": ("RateLimitError", 2),
    "503": ("InternalServerError", 2),
    "redirect loop": ("APIConnectionError", 1),
    "redirect to a file": ("APIStatusError", 1),
    "hang-up": ("APIConnectionError", 3),
    "half a head": ("APIConnectionError", 2),
    "half a body": ("APIConnectionError", 3),
    "garbage": ("APIConnectionError", 2),
    "silence": ("APITimeoutError", 1),
    "half, then silence": ("APITimeoutError", 1),
    "left in silence": ("left", 1),
}
OPERATIONS: Final = {"retrieve": 4, "list": 3, "delete": 3}
# A call to a connection that its server has just closed may fail, whatever was asked.
STALE: Final = "APIConnectionError"
WORKERS: Final = 16
BATCH: Final = 1000
SOON: Final = 0.02
SERVER: Final = Path(__file__).with_name("soak_server.py")


def main(arguments: list[str]) -> int:
    """Soak, report, and give 1 where something is off."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=100_000, help="how many (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=20240601, help="of the draw (default: %(default)s)")
    options = parser.parse_args(arguments)
    started = time.monotonic()
    outcomes, uses = soak(options.calls, options.seed)
    for (fault, outcome), count in sorted(outcomes.items()):
        print(f"{count:8,}  {fault:20} {outcome}")
    print("\nafter calls       MB  threads  descriptors")
    for use in uses:
        print(f"{use.calls:11,} {use.megabytes:8.1f} {use.threads:8} {use.descriptors:12}")
    found = wrong(outcomes) + grown(uses)
    print(f"\n{sum(outcomes.values()):,} calls in {time.monotonic() - started:.0f} s, seed {options.seed}")
    print("\n".join(found) or "every outcome as it should be; nothing grew")
    return 1 if found else 0


class Call(NamedTuple):
    """A call to make."""

    fault: str
    operation: str
    name: str


class Use:
    """What this process holds after so many calls."""

    def __init__(self, calls: int) -> None:
        gc.collect()
        self.calls = calls
        self.threads = threading.active_count()
        self.descriptors = len(list(Path("/proc/self/fd").iterdir()))
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        self.megabytes = pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def soak(calls: int, seed: int) -> tuple[collections.Counter[tuple[str, str]], list[Use]]:
    """Make the calls.

    Returns:
        How often each fault had each outcome; what the process held on the way and, with all closed, at the end.
    """
    # Failed calls are what this is made of: no line of log for each.
    logging.getLogger("openai_models").setLevel(logging.ERROR)
    draw = random.Random(seed)  # noqa: S311 - drawn anew the same
    names = list(FAULTS)
    weights = [weight for _, weight in FAULTS.values()]
    outcomes: collections.Counter[tuple[str, str]] = collections.Counter()
    uses = [Use(0)]
    with served() as base_url, asyncio.Runner() as runner:
        options: dict[str, Any] = {"base_url": base_url, "api_key": "sk-soak", "max_response_bytes": 1_000_000}
        client, aclient = OpenAI(**options), AsyncOpenAI(**options)
        done = 0
        while done < calls:
            faults = draw.choices(names, weights, k=min(BATCH, calls - done))
            operations = draw.choices(list(OPERATIONS), list(OPERATIONS.values()), k=len(faults))
            batch = [
                Call(fault, operation, f"{fault}/{done + turn}")
                for turn, (fault, operation) in enumerate(zip(faults, operations, strict=True))
            ]
            half = len(batch) // 2
            outcomes.update(in_threads(client, batch[:half]))
            outcomes.update(runner.run(in_tasks(aclient, batch[half:])))
            done += len(batch)
            if done % max(BATCH, calls // 10) == 0:
                uses.append(Use(done))
        client.close()
        runner.run(aclient.close())
    uses.append(Use(done))
    return outcomes, uses


def in_threads(client: OpenAI, batch: list[Call]) -> list[tuple[str, str]]:
    """Make calls from threads."""

    def outcome(call: Call) -> str:
        try:
            if call.fault == "left in silence":
                with client.models.with_streaming_response.retrieve(call.name):
                    return "left"
            return seen(call, begun(client, call))
        except OpenAIError as error:
            return type(error).__name__

    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(lambda call: (call.fault, outcome(call)), batch))


async def in_tasks(client: AsyncOpenAI, batch: list[Call]) -> list[tuple[str, str]]:
    """Make calls from tasks."""
    left = iter(batch)
    outcomes: list[tuple[str, str]] = []

    async def outcome(call: Call) -> str:
        try:
            async with asyncio.timeout(SOON if call.fault == "left in silence" else None):
                return seen(call, await begun(client, call))
        except OpenAIError as error:
            return type(error).__name__
        except TimeoutError:  # of the block: the call was cancelled
            return "left"

    async def calls() -> None:
        for call in left:
            outcomes.append((call.fault, await outcome(call)))  # noqa: PERF401 - shared with the other tasks

    await asyncio.gather(*(calls() for _ in range(WORKERS)))
    return outcomes


def begun(client: Any, call: Call) -> Any:
    """Make a call; of an async client, what is to be awaited."""
    models = client.with_options(max_retries=retries(call.fault), timeout=timeout(call.fault)).models
    if call.operation == "list":
        return models.list(extra_query={"asked": call.name})
    return getattr(models, call.operation)(call.name)


def seen(call: Call, got: Any) -> str:
    """Say whether a value is the one that was asked for."""
    ids = [model.id for model in got.data] if call.operation == "list" else [got.id]
    return "value" if ids == [call.name] else "another's value"


def retries(fault: str) -> int:
    """Retry where the server says how soon; elsewhere the wait would be most of the time."""
    return 1 if fault == "429" else 0


def timeout(fault: str) -> float:
    """Give up soon on a server that is silent on purpose."""
    return SOON if FAULTS[fault][0] == "APITimeoutError" else 30.0


@contextlib.contextmanager
def served() -> Iterator[str]:
    """Run the server in a process of its own and give its base URL."""
    with subprocess.Popen(
        [sys.executable, SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{int(process.stdout.readline())}/v1"
        process.communicate()


def wrong(outcomes: collections.Counter[tuple[str, str]]) -> list[str]:
    """Name the outcomes that no fault should have."""
    stale = sum(count for (fault, outcome), count in outcomes.items() if outcome == STALE != FAULTS[fault][0])
    bound = sum(outcomes.values()) // 50
    found = [f"{stale} calls met a closed connection, more than {bound}"] if stale > bound else []
    return found + [
        f"{count} of {fault!r} gave {outcome}"
        for (fault, outcome), count in outcomes.items()
        if outcome not in {FAULTS[fault][0], STALE}
    ]


def grown(uses: list[Use]) -> list[str]:
    """Name what grew from the first measure under way to the last, and what is left at the end."""
    before, *under_way, end = uses
    found = []
    if end.threads > before.threads:
        found.append(f"{end.threads - before.threads} threads are left")
    if end.descriptors > before.descriptors:
        found.append(f"{end.descriptors - before.descriptors} descriptors are left")
    if len(under_way) > 1:
        first, last = under_way[0], under_way[-1]
        if last.megabytes > first.megabytes * 1.1 + 5:
            found.append(f"memory grew from {first.megabytes:.1f} to {last.megabytes:.1f} MB")
        if last.descriptors > first.descriptors + 2 * WORKERS:
            found.append(f"descriptors grew from {first.descriptors} to {last.descriptors}")
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
