"""The client's side of a cell: one call of one library, on one shell, and what came of it."""

import asyncio
import importlib
import inspect
import resource
import socket
import ssl
import sys
import time
from collections.abc import Mapping
from typing import Any

from tests.acceptance.faults.fault import KEY, MODEL, TLS, Fault

# What a call may take of memory before the machine refuses it more.
_MOST_MEMORY = 2 << 30
_LAZY_MODULES = {
    "openai_models": ("_core.flow", "_core.error_text", "_transport.sync", "_transport.aio", "testing"),
    "openai": ("_base_client", "resources.models"),
}
# Where each library keeps the first wait before another attempt, which is shortened.
_FIRST_WAIT = {"openai_models": ("_core.retries", "_FIRST_BACKOFF"), "openai": ("_base_client", "INITIAL_RETRY_DELAY")}


def warm_up(library: str) -> None:
    """Import all that a call needs, so that a cell measures the call."""
    for name in ("anyio._backends._asyncio", "anyio._backends._trio", "encodings.idna", library):
        importlib.import_module(name)
    for name in _LAZY_MODULES[library]:
        importlib.import_module(f"{library}.{name}")
    module, constant = _FIRST_WAIT[library]
    setattr(importlib.import_module(f"{library}.{module}"), constant, 0.001)
    # No test asks a name server; where there is none, that alone takes longer than a test.
    resolve = socket.getaddrinfo

    def getaddrinfo(host: Any, *arguments: Any, **options: Any) -> Any:
        if str(host).endswith(".invalid"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return resolve(host, *arguments, **options)

    socket.getaddrinfo = getaddrinfo


def _http_options(fault: Fault, ports: Mapping[str, int]) -> dict[str, Any]:
    trusted = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    for certificate in TLS.glob("*.pem"):
        if "untrusted" not in {certificate.stem, fault.server}:
            trusted.load_verify_locations(certificate)
    transport = {name: value.format(**ports) for name, value in fault.transport.items()}
    return {"verify": trusted, "trust_env": False, **transport}


def _client_options(library: str, fault: Fault, ports: Mapping[str, int]) -> dict[str, Any]:
    base_url = fault.base_url.format(**ports)
    own = {name: value for name, value in fault.options.items() if library != "openai" or name != "max_response_bytes"}
    return {"api_key": KEY, "base_url": base_url, "timeout": fault.timeout, "max_retries": fault.max_retries, **own}


def _ask(models: Any, fault: Fault) -> Any:
    return models.list() if fault.call == "list" else getattr(models, fault.call)(MODEL)


def _sync_call(sdk: Any, fault: Fault, options: dict[str, Any], http: dict[str, Any], started: Any) -> Any:
    with sdk.OpenAI(**options, http_client=sdk.DefaultHttpxClient(**http)) as client:
        started()
        return _ask(client.models, fault)


async def _async_call(sdk: Any, fault: Fault, options: dict[str, Any], http: dict[str, Any], started: Any) -> Any:
    async with sdk.AsyncOpenAI(**options, http_client=sdk.DefaultAsyncHttpxClient(**http)) as client:
        started()
        given = _ask(client.models, fault)
        return await given if inspect.isawaitable(given) else given


def _seen_in(value: Any, fault: Fault) -> dict[str, Any]:
    """Read a value as a program would."""
    first: Any = value
    if fault.call == "list":
        first = value.data[0] if value.data else None
        seen: Any = [model.id for model in value.data]
    elif fault.call == "delete" and value.deleted is not True:
        seen = f"not deleted, but {value.deleted!r}"
    else:
        seen = value.id
    return {"value": seen, "attributes": {name: getattr(first, name, None) for name in fault.expected.attributes}}


def _seen_in_error(error: BaseException, fault: Fault) -> dict[str, Any]:
    return {
        "error": type(error).__name__,
        "bases": [base.__name__ for base in type(error).__mro__],
        "text": str(error),
        "notes": list(getattr(error, "__notes__", [])),
        "status": getattr(error, "status_code", None),
        "cause": [base.__name__ for base in type(error.__cause__).__mro__],
        "attributes": {name: getattr(error, name, None) for name in fault.expected.attributes},
    }


def _peak() -> float:
    """Return the peak memory of this process so far, in megabytes.

    The kernel's own count of resident pages: it sees what zlib, the JSON parser and
    sockets take as well, which tracemalloc doesn't.
    """
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used / (2**20 if sys.platform == "darwin" else 2**10)


def call(library: str, shell: str, fault: Fault, ports: Mapping[str, int]) -> dict[str, Any]:
    """Make the call, and return what came of it, how long it took, and how much memory."""
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, resource.RLIM_INFINITY))
    sdk = importlib.import_module(library)
    start: list[float] = []
    arguments = (
        *(sdk, fault, _client_options(library, fault, ports), _http_options(fault, ports)),
        lambda: start.extend([_peak(), time.monotonic()]),
    )
    value: Any = None
    failure: Exception | None = None
    try:
        if shell == "sync":
            value = _sync_call(*arguments)
        elif shell == "asyncio":
            value = asyncio.run(_async_call(*arguments))
        else:
            value = importlib.import_module("trio").run(_async_call, *arguments)
    except Exception as error:  # noqa: BLE001 - what comes is the result
        failure = error
    used = {"megabytes": round(_peak() - start[0], 1), "seconds": round(time.monotonic() - start[1], 3)}
    return {**(_seen_in(value, fault) if failure is None else _seen_in_error(failure, fault)), **used}
