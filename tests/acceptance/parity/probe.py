"""The probes, and what comes of one: a value or an error, the requests that were sent, the waits between them."""

import datetime as dt
import math
import random
import re
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar
from urllib.parse import parse_qsl

from tests.acceptance.parity.side import MODEL, Side, reply

T = TypeVar("T")
Program = Callable[["Side"], object]

SYNC: Final = ("sync",)
ASYNC: Final = ("async",)
BOTH: Final = ("sync", "async")
# Each has a probe of its own, which shows it.
NOT_COMPARED: Final = re.compile(
    r"host|connection|accept-encoding|user-agent|content-length|x-stainless-(?!retry-count).*"
)
_SCALARS: Final[dict[type, Callable[[Any], Any]]] = {
    str: str,  # of a subclass, too
    float: lambda value: "NaN" if math.isnan(value) else value,
    bytes: lambda value: {"bytes": value.decode("latin-1")},
    dt.date: lambda value: {"date": value.isoformat()},
}
_ATTRIBUTES: Final = ("message", "code", "param", "type", "body", "status_code", "request_id")

PROBES: Final[dict[str, tuple[Program, tuple[str, ...]]]] = {}
"""Small programs by their ids, each with the modes of the client that it is run with."""


def programs(cases: Mapping[str, Program], modes: tuple[str, ...] = BOTH) -> None:
    """Register programs, each of which is run with both SDKs."""
    assert cases.keys().isdisjoint(PROBES)
    PROBES.update((name, (run, modes)) for name, run in cases.items())


def by_value(*values: T) -> dict[str, T]:
    """Return cases whose values name themselves."""
    cases = {str(value)[:60]: value for value in values}
    assert len(cases) == len(values)
    return cases


def probes(
    topic: str, cases: Mapping[str, T], run: Callable[[Side, T], object], modes: tuple[str, ...] | None = None
) -> None:
    """Register one program for each case of a table: for the sync client and, without `modes`, the first for both."""
    for index, (name, case) in enumerate(cases.items()):

        def run_case(side: Side, case: T = case) -> object:
            return run(side, case)

        programs({f"{topic}/{name}": run_case}, modes or (SYNC if index else BOTH))


def outcome(run: Program, side: Side) -> dict[str, Any]:
    """Run a program and tell what came of it."""
    side.other.reset()
    side.other.fail_next(200, body=MODEL, headers={"x-request-id": "req-2"}, times=30)
    side.answers(reply(MODEL, x_request_id="req-1"))
    random.seed(1)
    slept = side.record_sleeps()
    try:
        came: dict[str, Any] = {"how": "returns", "result": shown(run(side))}
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what is compared
        came = {"how": f"raises {type(error).__name__}", "raised": failure(error)}
    finally:
        side.close()
    return came | {"requests": [recorded(request) for request in side.sent], "slept": slept}


def failure(error: Any) -> dict[str, Any]:
    """Describe an error: one of an SDK with all it tells, one of Python by its class."""
    told: dict[str, Any] = {"class": type(error).__name__}
    if any(base.__name__ == "OpenAIError" for base in type(error).__mro__):
        told["text"] = str(error)
        told |= {name: shown(getattr(error, name)) for name in _ATTRIBUTES if hasattr(error, name)}
    if hasattr(error, "request"):
        told["request"] = [error.request.method, error.request.url.path]
    if hasattr(error, "response"):
        told["response"] = [error.response.status_code, error.response.text, error.response.request is error.request]
    if told["class"] == "APIResponseValidationError":
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


def recorded(request: Any) -> dict[str, Any]:
    """Describe a request."""
    return {
        "method": request.method,
        "path": request.path,
        "query": [list(pair) for pair in parse_qsl(request.query, keep_blank_values=True)],
        "headers": {name: value for name, value in request.headers.items() if not NOT_COMPARED.fullmatch(name)},
        "body": request.body.decode("latin-1"),
    }


def differences(theirs: Any, ours: Any, path: str = "") -> dict[str, tuple[Any, Any]]:
    """Find where two outcomes differ: path -> what openai gives, what openai_models gives.

    Of outcomes that differ in kind, only that is told; of lists of different length, only the lengths.
    """
    if type(theirs) is not type(ours) or not isinstance(theirs, dict | list):
        return {} if type(theirs) is type(ours) and theirs == ours else {path: (theirs, ours)}
    if isinstance(theirs, list):
        if len(theirs) != len(ours):
            return {f"{path}.length": (len(theirs), len(ours))}
        theirs, ours = dict(enumerate(theirs)), dict(enumerate(ours))
    elif theirs.get("how") != ours.get("how"):
        requests = differences(theirs["requests"], ours["requests"], "requests")
        return {"how": (theirs["how"], ours["how"])} | requests
    found: dict[str, tuple[Any, Any]] = {}
    for key in theirs | ours:
        pair = theirs.get(key, "absent"), ours.get(key, "absent")
        found |= differences(*pair, f"{path}.{key}" if path else str(key))
    return found
