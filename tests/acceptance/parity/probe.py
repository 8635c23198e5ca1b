"""The probes, and what comes of one: a value or an error, and the requests that were sent."""

from __future__ import annotations

import datetime as dt
import importlib
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import parse_qsl

if TYPE_CHECKING:
    from tests.acceptance.parity.side import Side

T = TypeVar("T")

BOTH: Final = ("sync", "async")
MODULES: Final = (
    "clients",
    "settings",
    "requests",
    "http",
    "responses",
    "pages",
    "models",
    "failures",
    "bodies",
    "retries",
    "module",
)

# Each has a probe of its own, which shows it.
NOT_COMPARED: Final = re.compile(
    r"host|connection|accept-encoding|user-agent|content-length|x-stainless-(?!retry-count).*"
)
# A segment of a path may hold these as they are (RFC 3986 §3.3): encoded or not, they mean the same.
_MAY_BE_BARE: Final = re.compile("|".join(f"%{ord(character):02X}" for character in "!$&'()*+,;=:@"), re.IGNORECASE)
_SCALARS: Final[dict[type, Callable[[Any], Any]]] = {
    str: str,  # of a subclass, too
    float: lambda value: "NaN" if math.isnan(value) else value,
    bytes: lambda value: {"bytes": value.decode("latin-1")},
    dt.date: lambda value: {"date": value.isoformat()},
}
_ATTRIBUTES: Final = ("message", "code", "param", "type", "body", "status_code", "request_id")


@dataclass(frozen=True)
class Probe:
    """A small program that is run with both SDKs."""

    id: str
    run: Callable[[Side], object]
    modes: tuple[str, ...]


PROBES: Final[dict[str, Probe]] = {}


def probe(
    name: str, *, modes: tuple[str, ...] = BOTH
) -> Callable[[Callable[[Side], object]], Callable[[Side], object]]:
    """Register a probe."""

    def register(run: Callable[[Side], object]) -> Callable[[Side], object]:
        if name in PROBES:
            msg = f"two probes have the id {name!r}"
            raise ValueError(msg)
        PROBES[name] = Probe(name, run, modes)
        return run

    return register


def probes(
    topic: str, cases: Mapping[str, T], *, modes: tuple[str, ...] = BOTH
) -> Callable[[Callable[[Side, T], object]], Callable[[Side, T], object]]:
    """Register one probe for each case of a table."""

    def register(run: Callable[[Side, T], object]) -> Callable[[Side, T], object]:
        for name, case in cases.items():

            def run_case(side: Side, case: T = case) -> object:
                return run(side, case)

            probe(f"{topic}/{name}", modes=modes)(run_case)
        return run

    return register


def changed(value: Any, name: str, to: object) -> Any:
    """Set an attribute and give the object."""
    setattr(value, name, to)
    return value


def load() -> dict[str, Probe]:
    """Return all probes."""
    for module in MODULES:
        importlib.import_module(f"tests.acceptance.parity.probes_{module}")
    return PROBES


def outcome(probe: Probe, side: Side) -> dict[str, Any]:
    """Run a probe and tell what came of it."""
    servers = side.servers
    servers.reset()
    try:
        came: dict[str, Any] = {"how": "returns", "result": shown(probe.run(side))}
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what is compared
        came = {"how": f"raises {type(error).__name__}", "raised": failure(error)}
    finally:
        side.close()
    sent = [*servers.scripted.requests, *servers.mock.requests, *servers.other.requests]
    return came | {"requests": [_request(request) for request in sent]}


def failure(error: BaseException) -> dict[str, Any]:
    """Describe an error: one of an SDK with all it tells, one of Python by its class."""
    told: dict[str, Any] = {"class": type(error).__name__}
    if any(base.__name__ == "OpenAIError" for base in type(error).__mro__):
        told["text"] = str(error)
        told |= {name: shown(getattr(error, name)) for name in _ATTRIBUTES if hasattr(error, name)}
    if "status_code" in told and not any(base.__name__ == "APIStatusError" for base in type(error).__mro__):
        told.pop("request_id", None)  # ours alone has it there
    return told


def shown(value: Any) -> Any:
    """Convert a value to JSON types, or to the name of its class."""
    if value is None or isinstance(value, bool | int):
        return value
    for kind, convert in _SCALARS.items():
        if isinstance(value, kind):
            return convert(value)
    if isinstance(value, BaseException):
        return failure(value)
    if isinstance(value, Mapping):
        return {str(key): shown(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [shown(item) for item in value]
    name = (value if isinstance(value, type) else type(value)).__name__.partition("[")[0]
    return {name: shown(value.to_dict())} if hasattr(value, "to_dict") and not isinstance(value, type) else f"<{name}>"


def _request(request: Any) -> dict[str, Any]:
    headers = {name: value for name, value in request.headers.items() if not NOT_COMPARED.fullmatch(name)}
    path = _MAY_BE_BARE.sub(lambda match: chr(int(match.group()[1:], 16)), request.path)
    query = [list(pair) for pair in parse_qsl(request.query, keep_blank_values=True)]
    return {
        "method": request.method,
        "path": path,
        "query": query,
        "headers": headers,
        "body": request.body.decode("latin-1"),
    }


def differences(theirs: Any, ours: Any, path: str = "") -> dict[str, tuple[Any, Any]]:
    """Find where two outcomes differ: path -> what openai gives, what openai_models gives.

    Of outcomes that differ in kind, only that is told; of lists of different length, only the lengths.
    """
    if type(theirs) is type(ours) is dict:
        if theirs.get("how") != ours.get("how"):
            requests = differences(theirs["requests"], ours["requests"], "requests")
            return {"how": (theirs["how"], ours["how"])} | requests
        found: dict[str, tuple[Any, Any]] = {}
        for key in [*theirs, *(key for key in ours if key not in theirs)]:
            inner = f"{path}.{key}" if path else key
            if key in theirs and key in ours:
                found |= differences(theirs[key], ours[key], inner)
            else:
                found[inner] = theirs.get(key, "absent"), ours.get(key, "absent")
        return found
    if type(theirs) is type(ours) is list:
        if len(theirs) != len(ours):
            return {f"{path}.length": (len(theirs), len(ours))}
        found = {}
        for index, pair in enumerate(zip(theirs, ours, strict=True)):
            found |= differences(*pair, f"{path}.{index}")
        return found
    return {} if type(theirs) is type(ours) and theirs == ours else {path: (theirs, ours)}
