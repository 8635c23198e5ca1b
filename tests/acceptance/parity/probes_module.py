"""The module: its names, its constants, its own client, its log."""

import importlib
import os
import subprocess
import sys
from typing import Any

from tests.acceptance.parity.difference import ABSENT
from tests.acceptance.parity.probe import SYNC, by_value, probes, programs
from tests.acceptance.parity.side import DELETED, KEY, LIST, MODEL, Side, reply

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


def _missing(side: Side) -> object:
    missing = [
        [name for name in names.split() if not hasattr(side.module(path), name)] for path, names in MODULES.items()
    ]
    official = importlib.import_module("openai").__all__
    unexported = [name for name in NAMES.split() if name in official and name not in side.sdk.__all__]
    return [missing, unexported, [name for name in NAMES.split() if not hasattr(side.sdk, name)]]


def _constants(side: Side) -> object:
    sdk = side.sdk
    limits = sdk.DEFAULT_CONNECTION_LIMITS
    return {
        "sentinels": [[bool(each), repr(each)] for each in (sdk.not_given, sdk.NOT_GIVEN)],
        "omit": [bool(sdk.omit), bool(sdk.Omit()), isinstance(sdk.omit, sdk.Omit)],
        "not given": [isinstance(each, sdk.NotGiven) for each in (sdk.not_given, sdk.NOT_GIVEN)],
        "timeout": [sdk.DEFAULT_TIMEOUT.connect, sdk.Timeout(5, connect=1).connect, sdk.Timeout(5) == sdk.Timeout(5)],
        "default-timeout": sdk.DEFAULT_TIMEOUT.read,
        "limits": [sdk.DEFAULT_MAX_RETRIES, limits.max_connections, limits.max_keepalive_connections],
        "clients": [sdk.Client is sdk.OpenAI, sdk.AsyncClient is sdk.AsyncOpenAI],
        "modules": [each.__module__ == sdk.__name__ for each in (sdk.OpenAI, sdk.NotFoundError, sdk.Omit)],
    }


def _errors(side: Side) -> object:
    names = [name for name in NAMES.split() if name.endswith("Error")]
    bases = {name: [base.__name__ for base in getattr(side.sdk, name).__mro__] for name in names}
    return {name: [base for base in bases[name] if base in names] for name in names}


def _absent(side: Side, names: str) -> object:
    return " ".join(name for name in names.split() if hasattr(side.sdk, name))


def _resource(side: Side) -> object:
    resources, models = side.module("resources"), side.client().models
    kind = resources.AsyncModels if side.is_async else resources.Models
    others = (models.with_raw_response, models.with_streaming_response)
    return [isinstance(models, kind), *(type(other).__name__ for other in others)]


def _configured(side: Side, *answers: Any, **settings: Any) -> Any:
    """Return the module, its client configured for the scripted server."""
    side.answers(*answers)
    # The official module joins paths to the URL as it is, and fails with None for headers or a query.
    given = {"base_url": side.server.base_url + "/", "default_headers": {}, "default_query": {}} | settings
    given = {"api_key": KEY, "max_retries": 1, "http_client": side.http()} | given
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
    side.monkeypatch.setattr(sdk, "base_url", side.origin + "/v2/")
    return sdk.models.retrieve("b")


def _model(side: Side, **settings: Any) -> object:
    return _configured(side, LATER, MODEL, **settings).models.retrieve("a")


LATER = reply({}, 503)
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
    "without-a-key": {"OPENAI_LOG": "DEBUG"},
}


def _program(side: Side, environment: dict[str, str]) -> object:
    command = [sys.executable, "-c", PROGRAM.format(name=side.name)]
    env = os.environ | {"OPENAI_BASE_URL": side.server.base_url} | environment
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    return [*done.stdout.split(), bool(done.stderr), KEY in done.stderr, "sk-another-secret" in done.stderr]


SETTINGS: dict[str, Any] = {
    "organization": "org",
    "project": "proj",
    "default_headers": {"X-One": "1"},
    "default_query": {"a": "1"},
    "timeout": 3,
}
probes("module-client", by_value(SETTINGS, {}), lambda side, settings: _model(side, **settings), SYNC)
probes("names", ABSENT, _absent, SYNC)
probes("program", ENVIRONMENTS, _program, SYNC)
programs({"module/resource-classes": _resource})
programs(
    {
        "module/names": _missing,
        "module/constants": _constants,
        "module/errors": _errors,
        "module/title": lambda side: hasattr(side.sdk, "__title__"),
        "module/base-model": lambda side: hasattr(side.sdk, "BaseModel"),
        "module/another-resource": lambda side: hasattr(side.sdk, "chat"),
        "module-client/calls": _calls,
        "module-client/failed": lambda side: _model(side, max_retries=0),
        "module-client/set-again": _set_again,
        "module-client/http_client": lambda side: _model(side, http_client=side.http(params={"a": "1"})),
        "module-client/base-url-without-a-slash": lambda side: _configured(
            side, MODEL, base_url=side.server.base_url
        ).models.retrieve("a"),
    },
    SYNC,
)
