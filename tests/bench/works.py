"""What is measured, and what is aimed at."""

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from typing import Final

from tests.bench.measure import LIBRARIES, OURS, ROOT, Samples, cold, environment, package, printed, warm
from tests.bench.worker import READERS

# Work: at most so much of the others' time.
TARGETS: Final[dict[str, dict[str, float]]] = {
    "import": {"openai": 0.22, "httpx": 1.15},
    "process start to first model": {"openai": 0.25, "httpx": 0.95},
    "second client": {"openai": 0.04, "httpx": 0.10},
    "retrieve, sync": {"openai": 0.50, "httpx": 0.90},
    "retrieve, async": {"openai": 0.45, "httpx": 0.65, "httpx-aiohttp": 1.2},
    "list 100": {"openai": 0.22, "httpx": 1.20},
    "list 1,000, all fields read": {"openai": 0.10, "httpx": 1.50},
    "list 10,000, all fields read": {"openai": 0.10, "httpx": 2.0},
    "async retrieves, 50 at a time": {"openai": 0.30, "httpx": 0.30, "httpx-aiohttp": 1.2},
    "async retrieves, 200 at a time": {"openai": 0.25, "httpx": 0.30, "httpx-aiohttp": 1.2},
    "async retrieves, 200 at a time, 100 kept": {},
    "64 threads on one client": {"openai": 0.45, "httpx": 0.75},
    "async retrieves, 50 at a time, with aiohttp": {},
    "async retrieves, 200 at a time, with aiohttp": {},
    "memory after list 10,000": {"openai": 0.60, "httpx": 1.10},
}
# Lists are measured in each shape; their row has the worst one's ratio.
WORKS: Final = tuple(
    work for row in TARGETS for work in ([f"{row}: {shape}" for shape in READERS] if row.startswith("list") else [row])
)

# httpx imports these for its own command line where they are installed, as they are here for the benchmark itself.
ALONE: Final = "import sys; sys.modules.update(dict.fromkeys(['click', 'pygments', 'rich'])); "
SDK: Final = "from {package} import OpenAI; client = OpenAI(base_url='{origin}', api_key='sk-bench')"
HTTPX: Final = (
    "import {package} as httpx; client = httpx.Client(headers={{'authorization': 'Bearer sk-bench'}}, "
    "limits=httpx.Limits(max_connections=1000, max_keepalive_connections=100))"
)


def compared(work: str) -> list[str]:
    """Return the libraries that have an answer to a work."""
    if work.endswith("with aiohttp"):
        return [OURS, "httpx-aiohttp"]
    if work.endswith("kept"):  # which httpx-aiohttp cannot
        return [OURS, "openai", "httpx", "httpx2"]
    return [library for library in LIBRARIES if "async" in work or library != "httpx-aiohttp"]


def cold_work(name: str, origin: str) -> Callable[[str], float] | None:
    """Return work that is measured from outside of its process, or by it at its end."""
    return {
        "import": _import,
        "process start to first model": lambda library: first(library, origin),
        "memory after list 10,000": lambda library: _memory(library, origin),
    }.get(name)


def measured(name: str, origin: str, rounds: int, also: Sequence[str] = ()) -> Samples:
    """Measure one work with all libraries, and with this package from other checkouts."""
    once, libraries = cold_work(name, origin), [*compared(name), *also]
    if once is None:
        return warm(name, origin, rounds, libraries)
    return cold(name, "MB" if name.startswith("memory") else "s", once, rounds, libraries)


def _import(library: str) -> float:
    ours = "OpenAI, AsyncOpenAI, NotFoundError, Timeout, DefaultHttpxClient"
    names = "Client, AsyncClient, HTTPStatusError, Timeout" if library.startswith("httpx") else ours
    imports = f"from {package(library)} import {names}"
    return printed(f"{ALONE}import time; t = time.perf_counter(); {imports}; print(time.perf_counter() - t)", library)


def first(library: str, origin: str) -> float:
    """Start a process that asks for one model, and give the seconds until it has ended."""
    if library.startswith("httpx"):
        code = f"{HTTPX.format(package=library)}; print(client.get('{origin}/v1/models/m').raise_for_status().json()['id'])"
    else:
        code = f"{SDK.format(package=package(library), origin=origin + '/v1')}; print(client.models.retrieve('m').id)"
    command, given = [sys.executable, "-c", ALONE + code], environment(library)
    begin = time.perf_counter()
    subprocess.run(command, check=True, env=given, cwd=ROOT, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begin


def _memory(library: str, origin: str) -> float:
    if library.startswith("httpx"):
        code = f"{HTTPX.format(package=library)}; models = client.get('{origin}/10000/models').raise_for_status().json()['data']"
    else:
        code = f"{SDK.format(package=package(library), origin=origin + '/10000')}; models = client.models.list().data"
    # Not ru_maxrss, in which Linux counts what the parent had.
    peak = "print(int(open('/proc/self/status').read().split('VmHWM:')[1].split()[0]) / 1e3)"
    if sys.platform != "linux":
        peak = "import resource; print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6)"
    return printed(f"{ALONE}{code}; assert len(models) == 10000; {peak}", library)
