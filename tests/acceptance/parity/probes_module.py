"""The module: its names, its constants, its own client, its log."""

from __future__ import annotations

import importlib
import logging
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from tests.acceptance.parity.difference import ABSENT
from tests.acceptance.parity.probe import SYNC, by_value, probes, programs
from tests.acceptance.parity.side import DELETED, KEY, LIST, MODEL, reply

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.acceptance.parity.side import Side

NAMES = """
    OpenAI AsyncOpenAI Client AsyncClient Timeout DEFAULT_TIMEOUT DEFAULT_MAX_RETRIES DEFAULT_CONNECTION_LIMITS
    NOT_GIVEN not_given NotGiven omit Omit DefaultHttpxClient DefaultAsyncHttpxClient DefaultAioHttpClient types
    OpenAIError APIError APIStatusError APIConnectionError APITimeoutError APIResponseValidationError BadRequestError
    AuthenticationError PermissionDeniedError NotFoundError ConflictError UnprocessableEntityError RateLimitError
    InternalServerError models api_key organization project base_url timeout max_retries default_headers default_query
    http_client __version__ VERSION pagination resources
"""
MODULES = {
    "types": "Model ModelDeleted",
    "types.model": "Model",
    "types.model_deleted": "ModelDeleted",
    "pagination": "SyncPage AsyncPage",
    "resources": "Models AsyncModels",
    "resources.models": "Models AsyncModels",
}
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
    "modules": lambda sdk: [each.__module__ == sdk.__name__ for each in (sdk.OpenAI, sdk.NotFoundError, sdk.Omit)],
    "title": lambda sdk: hasattr(sdk, "__title__"),
    "BaseModel": lambda sdk: hasattr(sdk, "BaseModel"),
}


def _missing(side: Side) -> object:
    missing = {
        path: [name for name in names.split() if not hasattr(side.module(path), name)]
        for path, names in MODULES.items()
    }
    official = importlib.import_module("openai").__all__
    unexported = [name for name in NAMES.split() if name in official and name not in side.sdk.__all__]
    return [missing, unexported, [name for name in NAMES.split() if not hasattr(side.sdk, name)]]


def _absent(side: Side, names: str) -> object:
    return " ".join(name for name in names.split() if hasattr(side.sdk, name))


programs("names", {"that-are-there": _missing}, SYNC)
probes("names", ABSENT, _absent, SYNC)
probes("constant", CONSTANTS, lambda side, look: look(side.sdk), SYNC)


def _resource(side: Side) -> object:
    resources, models = side.module("resources"), side.client().models
    kind = resources.AsyncModels if side.is_async else resources.Models
    others = (models.with_raw_response, models.with_streaming_response)
    return [isinstance(models, kind), *(type(other).__name__ for other in others)]


programs("resource", {"classes": _resource})


def _configured(side: Side, *answers: Any, **settings: Any) -> Any:
    """Return the module, its client configured for the scripted server."""
    side.answers(*answers)
    # With the slash: the official module joins paths to what it is given as it is.
    given = {"api_key": KEY, "base_url": side.servers.scripted.base_url + "/", "max_retries": 0} | settings
    given.setdefault("http_client", side.http())
    for name, value in given.items():
        side.monkeypatch.setattr(side.sdk, name, value)
    return side.sdk


def _calls(side: Side) -> object:
    models = _configured(side, LIST, MODEL, DELETED, MODEL).models
    called = [
        [*models.list()],
        models.retrieve("a"),
        models.delete("ft:a"),
        models.with_raw_response.retrieve("a").text,
    ]
    with models.with_streaming_response.retrieve("a") as response:
        return [*called, response.parse()]


def _set_again(side: Side) -> object:
    sdk = _configured(side, MODEL)
    sdk.models.retrieve("a")
    side.monkeypatch.setattr(sdk, "api_key", "sk-second")
    side.monkeypatch.setattr(sdk, "default_headers", {"X-One": "1"})
    side.monkeypatch.setattr(sdk, "base_url", side.servers.origin + "/v2/")
    return sdk.models.retrieve("b")


SETTINGS: tuple[dict[str, Any], ...] = (
    *({"organization": "org"}, {"project": "proj"}, {"default_headers": {"X-One": "1"}}, {"default_query": {"a": "1"}}),
    *({"max_retries": 1}, {"timeout": 3}, {"api_key": "sk-module"}),
)
LATER = reply({}, 503)
probes(
    "module-client",
    by_value(*SETTINGS),
    lambda side, set_: _configured(side, LATER, MODEL, **set_).models.retrieve("a"),
    SYNC,
)
programs(
    "module-client",
    {
        "calls": _calls,
        "set-again": _set_again,
        "not-found": lambda side: _configured(side, reply({"error": {"message": "No"}}, 404)).models.retrieve("a"),
        "http_client": lambda side: _configured(
            side, MODEL, http_client=side.http(headers={"X-Http": "1"})
        ).models.retrieve("a"),
        "base-url-without-a-slash": lambda side: _configured(
            side, MODEL, base_url=side.servers.scripted.base_url
        ).models.retrieve("a"),
        "another-resource": lambda side: hasattr(side.sdk, "chat"),
    },
    SYNC,
)
PROGRAM = """
import logging
import {name} as sdk
print(logging.getLogger("{name}").level)
try:
    print(sdk.models.retrieve("a", extra_headers={{"api-key": "sk-another-secret"}}).id)
except Exception as error:
    print(type(error).__name__)
"""
ENVIRONMENTS = {
    "debug": {"OPENAI_LOG": "debug", "OPENAI_API_KEY": KEY, "OPENAI_ORG_ID": "org-env"},
    "upper-case": {"OPENAI_LOG": "DEBUG", "OPENAI_API_KEY": KEY},
    "without-a-key": {"OPENAI_LOG": "warning"},
}


def _program(side: Side, environment: dict[str, str]) -> object:
    command = [sys.executable, "-c", PROGRAM.format(name=side.name)]
    env = os.environ | {"OPENAI_BASE_URL": side.servers.scripted.base_url} | environment
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    return [*done.stdout.split(), bool(done.stderr), KEY in done.stderr, "sk-another-secret" in done.stderr]


def _retries_at_info(side: Side) -> object:
    seen: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: seen.append(record.levelname)  # type: ignore[method-assign]
    logger = logging.getLogger(side.name)
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        side.retrieve(LATER, MODEL, max_retries=1)
    finally:
        logger.removeHandler(handler)
        logger.setLevel(logging.NOTSET)
    return "INFO" in seen


probes("program", ENVIRONMENTS, _program, SYNC)
programs("log", {"retries-at-info": _retries_at_info})
