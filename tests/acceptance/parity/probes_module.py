"""The module: its names, its constants, its own client, its log."""

from __future__ import annotations

import importlib
import logging
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import httpx
from tests.acceptance.parity.names import ABSENT
from tests.acceptance.parity.probe import probe, probes
from tests.acceptance.parity.scripted import reply
from tests.acceptance.parity.side import KEY, MODEL, PAGE

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.acceptance.parity.side import Side

SYNC = ("sync",)
NAMES = [
    "OpenAI",
    "AsyncOpenAI",
    "Client",
    "AsyncClient",
    "Timeout",
    "DEFAULT_TIMEOUT",
    "DEFAULT_MAX_RETRIES",
    "DEFAULT_CONNECTION_LIMITS",
    "NOT_GIVEN",
    "not_given",
    "NotGiven",
    "omit",
    "Omit",
    "DefaultHttpxClient",
    "DefaultAsyncHttpxClient",
    "DefaultAioHttpClient",
    "types",
    "OpenAIError",
    "APIError",
    "APIStatusError",
    "APIConnectionError",
    "APITimeoutError",
    "APIResponseValidationError",
    "BadRequestError",
    "AuthenticationError",
    "PermissionDeniedError",
    "NotFoundError",
    "ConflictError",
    "UnprocessableEntityError",
    "RateLimitError",
    "InternalServerError",
    "models",
    "api_key",
    "organization",
    "project",
    "base_url",
    "timeout",
    "max_retries",
    "default_headers",
    "default_query",
    "http_client",
    "__version__",
    "pagination",
    "resources",
]


@probes("name", {name: name for name in NAMES}, modes=SYNC)
def _(side: Side, name: str) -> object:
    side.module("pagination")
    return hasattr(side.sdk, name)


@probe("name/exported", modes=SYNC)
def _(side: Side) -> object:
    official = set(importlib.import_module("openai").__all__)
    return " ".join(name for name in NAMES if name in official and name not in side.sdk.__all__)


PATHS = ("types", "pagination", "resources", "types.model", "types.model_deleted", "resources.models")


@probes("module", {path: path for path in PATHS}, modes=SYNC)
def _(side: Side, path: str) -> object:
    module = importlib.import_module(f"{side.name}.{path}")
    names = {"types.model": ("Model",), "types.model_deleted": ("ModelDeleted",), "types": ("Model", "ModelDeleted")}
    names |= {"pagination": ("SyncPage", "AsyncPage")}
    return [hasattr(module, name) for name in names.get(path, ("Models", "AsyncModels"))]


CONSTANTS: dict[str, Callable[[Any], Any]] = {
    "DEFAULT_MAX_RETRIES": lambda sdk: sdk.DEFAULT_MAX_RETRIES,
    "DEFAULT_TIMEOUT": lambda sdk: [sdk.DEFAULT_TIMEOUT.read, sdk.DEFAULT_TIMEOUT.connect],
    "DEFAULT_CONNECTION_LIMITS": lambda sdk: [
        sdk.DEFAULT_CONNECTION_LIMITS.max_connections,
        sdk.DEFAULT_CONNECTION_LIMITS.max_keepalive_connections,
    ],
    "not_given": lambda sdk: [bool(sdk.not_given), isinstance(sdk.not_given, sdk.NotGiven), repr(sdk.not_given)],
    "NOT_GIVEN": lambda sdk: [bool(sdk.NOT_GIVEN), isinstance(sdk.NOT_GIVEN, sdk.NotGiven), repr(sdk.NOT_GIVEN)],
    "omit": lambda sdk: [bool(sdk.omit), isinstance(sdk.omit, sdk.Omit), bool(sdk.Omit())],
    "Timeout": lambda sdk: [sdk.Timeout(5, connect=1).connect, sdk.Timeout(5) == sdk.Timeout(5)],
    "Client": lambda sdk: [sdk.Client is sdk.OpenAI, sdk.AsyncClient is sdk.AsyncOpenAI],
    "modules-of-names": lambda sdk: (
        {getattr(sdk, name).__module__.removeprefix(sdk.__name__) for name in ("OpenAI", "NotFoundError", "Omit")}
        == {""}
    ),
    "title": lambda sdk: hasattr(sdk, "__title__"),
    "VERSION": lambda sdk: hasattr(sdk, "VERSION"),
    "BaseModel": lambda sdk: hasattr(sdk, "BaseModel"),
}


@probes("names", ABSENT, modes=SYNC)
def _(side: Side, names: str) -> object:
    return " ".join(name for name in names.split() if hasattr(side.sdk, name))


@probes("constant", CONSTANTS, modes=SYNC)
def _(side: Side, look: Callable[[Any], Any]) -> object:
    return look(side.sdk)


@probe("resource/classes-for-annotations")
def _(side: Side) -> object:
    resources = side.module("resources")
    return isinstance(side.client().models, resources.AsyncModels if side.is_async else resources.Models)


@probe("resource/with-raw-response-classes")
def _(side: Side) -> object:
    models = side.client().models
    return [type(models.with_raw_response).__name__, type(models.with_streaming_response).__name__]


@probe("resource/kept-after-a-copy-of-the-client")
def _(side: Side) -> object:
    models = side.client(MODEL).models
    return [side.wait(models.retrieve("a")), side.wait(models.retrieve("b"))]


@probe("resource/follows-settings")
def _(side: Side) -> object:
    client = side.client(MODEL)
    models = client.models
    client.api_key = "sk-later"
    return side.wait(models.retrieve("a"))


def _configured(side: Side, **settings: Any) -> Any:
    """Return the module, its client configured for the scripted server."""
    # With the slash: the official module joins paths to what it is given as it is.
    given = {"api_key": KEY, "base_url": side.servers.scripted.base_url + "/", "max_retries": 0} | settings
    given.setdefault("http_client", side.closing(httpx.Client()))
    for name, value in given.items():
        side.monkeypatch.setattr(side.sdk, name, value)
    return side.sdk


@probe("module-client/list", modes=SYNC)
def _(side: Side) -> object:
    side.answers(PAGE)
    return [model.id for model in _configured(side).models.list()]


@probe("module-client/retrieve-and-delete", modes=SYNC)
def _(side: Side) -> object:
    side.answers(MODEL, {"id": "ft:a", "object": "model", "deleted": True})
    sdk = _configured(side)
    return [sdk.models.retrieve("a"), sdk.models.delete("ft:a")]


SETTINGS: dict[str, dict[str, Any]] = {
    "organization": {"organization": "org"},
    "project": {"project": "proj"},
    "default_headers": {"default_headers": {"X-One": "1"}},
    "default_query": {"default_query": {"a": "1"}},
    "max_retries": {"max_retries": 1},
    "timeout": {"timeout": 3},
    "api_key": {"api_key": "sk-module"},
}


@probes("module-client/set", SETTINGS, modes=SYNC)
def _(side: Side, settings: dict[str, Any]) -> object:
    side.answers(reply({}, 503, retry_after_ms="1"), MODEL)
    return _configured(side, **settings).models.retrieve("a")


@probe("module-client/set-again", modes=SYNC)
def _(side: Side) -> object:
    side.answers(MODEL)
    sdk = _configured(side)
    sdk.models.retrieve("a")
    side.monkeypatch.setattr(sdk, "api_key", "sk-second")
    side.monkeypatch.setattr(sdk, "default_headers", {"X-One": "1"})
    side.monkeypatch.setattr(sdk, "base_url", side.servers.scripted.origin + "/v2/")
    return sdk.models.retrieve("b")


@probe("module-client/base-url-without-a-slash", modes=SYNC)
def _(side: Side) -> object:
    side.answers(MODEL)
    return _configured(side, base_url=side.servers.scripted.base_url).models.retrieve("a")


@probe("module-client/another-resource", modes=SYNC)
def _(side: Side) -> object:
    return hasattr(side.sdk, "chat")


@probe("module-client/http_client", modes=SYNC)
def _(side: Side) -> object:
    side.answers(MODEL)
    http = side.closing(httpx.Client(headers={"X-Http": "1"}))
    return _configured(side, http_client=http).models.retrieve("a")


@probe("module-client/raw", modes=SYNC)
def _(side: Side) -> object:
    side.answers(MODEL)
    return _configured(side).models.with_raw_response.retrieve("a").status_code


@probe("module-client/streamed", modes=SYNC)
def _(side: Side) -> object:
    side.answers(MODEL)
    with _configured(side).models.with_streaming_response.retrieve("a") as response:
        return response.parse()


@probe("module-client/not-found", modes=SYNC)
def _(side: Side) -> object:
    side.answers(reply({"error": {"message": "No"}}, 404))
    return _configured(side).models.retrieve("a")


MODULE_CLIENT = """
import sys
import {name} as sdk
try:
    print(sdk.models.retrieve("a").id)
except Exception as error:
    print(type(error).__name__)
"""
LOGGED = """
import logging
import {name} as sdk
logger = logging.getLogger("{name}")
print(logger.level)
client = sdk.OpenAI(max_retries=0)
client.models.retrieve("a", extra_headers={{"api-key": "sk-another-secret"}})
client.close()
"""


def _run(side: Side, code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    given = {"OPENAI_BASE_URL": side.servers.scripted.base_url} | environment
    command = [sys.executable, "-c", code.format(name=side.name)]
    return subprocess.run(command, env={**os.environ, **given}, capture_output=True, text=True, check=True)


@probe("module-client/of-the-environment", modes=SYNC)
def _(side: Side) -> object:
    return _run(side, MODULE_CLIENT, OPENAI_API_KEY="sk-env", OPENAI_ORG_ID="org-env").stdout


@probe("module-client/without-a-key", modes=SYNC)
def _(side: Side) -> object:
    return _run(side, MODULE_CLIENT).stdout


@probes(
    "log",
    {"debug": "debug", "warning": "warning", "upper-case": "DEBUG"},
    modes=SYNC,
)
def _(side: Side, level: str) -> object:
    done = _run(side, LOGGED, OPENAI_LOG=level, OPENAI_API_KEY=KEY)
    return [done.stdout, bool(done.stderr), KEY in done.stderr, "sk-another-secret" in done.stderr]


@probe("log/none", modes=SYNC)
def _(side: Side) -> object:
    done = _run(side, LOGGED, OPENAI_API_KEY=KEY)
    return [done.stdout, done.stderr]


@probe("log/retries-at-info")
def _(side: Side) -> object:
    seen: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: seen.append(record.levelname)  # type: ignore[method-assign]
    logger = logging.getLogger(side.name)
    level = logger.level
    logger.setLevel(logging.INFO)
    logger.addHandler(handler)
    try:
        side.wait(side.client(reply({}, 503, retry_after_ms="1"), MODEL, max_retries=1).models.retrieve("a"))
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
    return "INFO" in seen
