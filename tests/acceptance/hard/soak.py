"""Make many calls with random faults, and check that memory, threads and descriptors do not grow.

python tests/acceptance/hard/soak.py [--calls 100000] [--seed 20240601]

Sync and async calls alternate. Each call must have the outcome that belongs to its fault. At the end no
socket may be open, and nothing may have grown since the first tenth.
"""

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
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, NamedTuple

from openai_models import AsyncOpenAI, OpenAI, OpenAIError

# Outcome and weight of each fault.
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
# Any call may fail on a connection that the server has just closed.
STALE: Final = "APIConnectionError"
WORKERS: Final = 16
BATCH: Final = 1000
SHORT_TIMEOUT: Final = 0.02  # seconds
SERVER: Final = "tests.acceptance.hard.soak_server"
ROOT: Final = Path(__file__).parents[3]


def main(arguments: list[str]) -> int:
    """Run the soak and print a report. Return 1 if anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=100_000, help="number of calls (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=20240601, help="seed of the random faults (default: %(default)s)")
    options = parser.parse_args(arguments)
    started = time.monotonic()
    outcomes, uses = soak(options.calls, options.seed)
    for (fault, outcome), count in sorted(outcomes.items()):
        print(f"{count:8,}  {fault:20} {outcome}")
    print("\nafter calls       MB  threads  descriptors")
    for use in uses:
        print(f"{use.calls:11,} {use.megabytes:8.1f} {use.threads:8} {use.descriptors:12}")
    found = unexpected(outcomes) + growth(uses)
    print(f"\n{sum(outcomes.values()):,} calls in {time.monotonic() - started:.0f} s, seed {options.seed}")
    print("\n".join(found) or "every outcome as it should be; nothing grew")
    return 1 if found else 0


class Call(NamedTuple):
    """A call: the fault to provoke, the operation, and the model ID."""

    fault: str
    operation: str
    name: str


class Use:
    """The resources that this process holds after a number of calls."""

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
        The number of each pair of fault and outcome; the resources before, during and after, with all clients closed.
    """
    # Most calls fail on purpose; do not log each.
    logging.getLogger("openai_models").setLevel(logging.ERROR)
    draw = random.Random(seed)
    names = list(FAULTS)
    weights = [weight for _, weight in FAULTS.values()]
    outcomes: collections.Counter[tuple[str, str]] = collections.Counter()
    uses = [Use(0)]
    with running_server() as base_url, asyncio.Runner() as runner:
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
    """Make calls in threads. Return pairs of fault and outcome."""

    def outcome(call: Call) -> str:
        try:
            if call.fault == "left in silence":
                with client.models.with_streaming_response.retrieve(call.name):
                    return "left"
            return check_result(call, send(client, call))
        except OpenAIError as error:
            return type(error).__name__

    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(lambda call: (call.fault, outcome(call)), batch))


async def in_tasks(client: AsyncOpenAI, batch: list[Call]) -> list[tuple[str, str]]:
    """Make calls in tasks. Return pairs of fault and outcome."""
    at_once = asyncio.Semaphore(WORKERS)

    async def outcome(call: Call) -> tuple[str, str]:
        try:
            async with at_once, asyncio.timeout(SHORT_TIMEOUT if call.fault == "left in silence" else None):
                return call.fault, check_result(call, await send(client, call))
        except OpenAIError as error:
            return call.fault, type(error).__name__
        except TimeoutError:  # of the block: the call was cancelled
            return call.fault, "left"

    return await asyncio.gather(*map(outcome, batch))


def send(client: Any, call: Call) -> Any:
    """Make a call, or return its awaitable if the client is async."""
    # One retry if the server sets a short wait, else none, and a short timeout if it is silent: to save time.
    timeout = SHORT_TIMEOUT if FAULTS[call.fault][0] == "APITimeoutError" else 30.0
    models = client.with_options(max_retries=int(call.fault == "429"), timeout=timeout).models
    if call.operation == "list":
        return models.list(extra_query={"model": call.name})
    return getattr(models, call.operation)(call.name)


def check_result(call: Call, result: Any) -> str:
    """Return whether a result belongs to the call."""
    ids = [model.id for model in result.data] if call.operation == "list" else [result.id]
    return "value" if ids == [call.name] else "another's value"


@contextlib.contextmanager
def running_server() -> Iterator[str]:
    """Run the server in a separate process. Yield its base URL."""
    with subprocess.Popen(
        [sys.executable, "-m", SERVER], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{int(process.stdout.readline())}/v1"
        process.communicate()


def unexpected(outcomes: collections.Counter[tuple[str, str]]) -> list[str]:
    """Return a message for each unexpected outcome."""
    stale = sum(count for (fault, outcome), count in outcomes.items() if outcome == STALE != FAULTS[fault][0])
    bound = sum(outcomes.values()) // 50
    found = [f"{stale} calls met a closed connection, more than {bound}"] if stale > bound else []
    return found + [
        f"{count} of {fault!r} had the outcome {outcome}"
        for (fault, outcome), count in outcomes.items()
        if outcome not in {FAULTS[fault][0], STALE}
    ]


def growth(uses: list[Use]) -> list[str]:
    """Return a message for each resource that grew during the soak or is left at its end."""
    before, *during, end = uses
    found = [
        f"{getattr(end, what) - getattr(before, what)} {what} are left"
        for what in ("threads", "descriptors")
        if getattr(end, what) > getattr(before, what)
    ]
    if len(during) > 1:
        first, last = during[0], during[-1]
        if last.megabytes > first.megabytes * 1.1 + 5:
            found.append(f"memory grew from {first.megabytes:.1f} to {last.megabytes:.1f} MB")
        if last.descriptors > first.descriptors + 2 * WORKERS:
            found.append(f"descriptors grew from {first.descriptors} to {last.descriptors}")
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
