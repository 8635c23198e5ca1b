"""What is measured, and what is aimed at."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import TYPE_CHECKING, Final

from tests.bench.measure import ROOT, cold, environment, printed, warm

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.bench.measure import Samples

# Work: at most so much of the official SDK's and of httpx's time.
TARGETS: Final[dict[str, tuple[float, float]]] = {
    "import": (0.30, 1.15),
    "process start to first model": (0.33, 1.15),
    "second client": (0.08, 0.10),
    "retrieve, sync": (0.70, 1.10),
    "retrieve, async": (0.70, 1.10),
    "list 100": (0.33, 1.25),
    "list 10,000, all fields read": (0.06, 1.5),
    "async retrieves, 50 at a time": (0.5, 0.5),
    "async retrieves, 200 at a time": (0.4, 0.35),
    "64 threads on one client": (0.7, 1.0),
    "async retrieves, 50 at a time, with aiohttp": (0.33, 0.33),
    "async retrieves, 200 at a time, with aiohttp": (0.33, 0.33),
    "memory after list 10,000": (0.6, 1.25),
}

IMPORTS: Final = {
    "openai_models": "from openai_models import OpenAI, AsyncOpenAI, NotFoundError, Timeout, DefaultHttpxClient",
    "openai": "from openai import OpenAI, AsyncOpenAI, NotFoundError, Timeout, DefaultHttpxClient",
    "httpx": "from httpx import Client, AsyncClient, HTTPStatusError, Timeout",
}
SDK: Final = "from {package} import OpenAI; client = OpenAI(base_url='{origin}', api_key='sk-bench')"
HTTPX: Final = "import httpx; client = httpx.Client(headers={{'authorization': 'Bearer sk-bench'}})"


def cold_work(name: str, origin: str) -> Callable[[str], float] | None:
    """Give work that is measured from outside of its process, or by it at its end."""
    return {
        "import": _import,
        "process start to first model": lambda library: first(library, origin),
        "memory after list 10,000": lambda library: _memory(library, origin),
    }.get(name)


def measured(name: str, origin: str, rounds: int) -> Samples:
    """Measure one work with all libraries."""
    once = cold_work(name, origin)
    if once is None:
        return warm(name, origin, rounds)
    return cold(name, "MB" if name.startswith("memory") else "s", once, rounds)


def _import(library: str) -> float:
    return printed(f"import time; t = time.perf_counter(); {IMPORTS[library]}; print(time.perf_counter() - t)")


def first(library: str, origin: str) -> float:
    """Start a process that asks for one model, and give the seconds until it has ended."""
    if library == "httpx":
        code = f"{HTTPX.format()}; print(client.get('{origin}/v1/models/m').raise_for_status().json()['id'])"
    else:
        code = f"{SDK.format(package=library, origin=origin + '/v1')}; print(client.models.retrieve('m').id)"
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, env=environment(), cwd=ROOT, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begin


def _memory(library: str, origin: str) -> float:
    if library == "httpx":
        code = f"{HTTPX.format()}; models = client.get('{origin}/10000/models').raise_for_status().json()['data']"
    else:
        code = f"{SDK.format(package=library, origin=origin + '/10000')}; models = client.models.list().data"
    # Not ru_maxrss, in which Linux counts what the parent had.
    peak = "print(int(open('/proc/self/status').read().split('VmHWM:')[1].split()[0]) / 1e3)"
    if sys.platform != "linux":
        peak = "import resource; print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6)"
    return printed(f"{code}; assert len(models) == 10000; {peak}")
