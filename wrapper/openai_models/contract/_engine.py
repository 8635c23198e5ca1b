"""How schemathesis is set: what it sends, what it may not send, and what it leaves behind (nothing)."""

from __future__ import annotations

import contextlib
import json
import tempfile
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Any, Final
from unittest.mock import patch

import hypothesis.configuration
import schemathesis
from hypothesis.internal.constants_ast import Constants
from schemathesis.config import SchemathesisConfig
from schemathesis.core.transport import Response
from schemathesis.hooks import GLOBAL_HOOK_DISPATCHER

from ._check import BUILTIN_CHECKS, CUSTOM_CHECKS
from ._target import SECONDS, USER_AGENT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemathesis import BaseSchema, Case, HookContext

    from ._context import RunContext
    from ._target import Target

# What schemathesis has beside those in BUILTIN_CHECKS could not fail here, whatever a server answers.
EXCLUDED: Final = {
    "negative_data_rejection": "every text is a valid id, so there are no invalid data but methods and content types",
    "missing_required_header": "the one header that a request needs is the key's, which ignored_auth leaves out",
    "ensure_resource_availability": "it looks at what a POST created, and no operation creates anything",
    "use_after_free": "schemathesis never deletes here; deleted_model_gone looks at what became of what was deleted",
    "object_level_authorization": "it needs the keys of two users who must not see each other's models",
    "max_response_time": "the API promises no time",
}
# In this order; each starts from the server's first state.
PHASES: Final = ("examples", "coverage", "fuzzing", "stateful")
METHODS: Final = ("get", "put", "post", "options", "patch", "trace", "query")
# For each operation, or walks in all; `coverage` takes as many as the spec has edges.
MAX_EXAMPLES: Final = {"examples": 10, "fuzzing": 30, "stateful": 10}
READ_JSON: Final = Response.json


class UnreadableSpecError(Exception):
    """The spec can't be read."""


def load(target: Target, phase: str | None, examples: int | None = None) -> BaseSchema:
    """Give the spec as schemathesis is to try it in a phase; without one, with its deletion, for single requests.

    Raises:
        UnreadableSpecError: It can't be read.
    """
    config = SchemathesisConfig.from_dict(configuration(target, phase, examples))
    try:
        with as_file(files("openai_models.contract") / "openapi.yaml") as path:
            schema: BaseSchema = schemathesis.openapi.from_path(path, config=config)
    except (OSError, schemathesis.errors.LoaderError) as error:
        message = f"the spec can't be read: {error}"
        raise UnreadableSpecError(message) from error
    return schema.exclude(method="DELETE") if phase else schema


def configuration(target: Target, phase: str | None, examples: int | None) -> dict[str, Any]:
    """Give schemathesis' settings, as its `schemathesis.toml` would have them."""
    phases: dict[str, dict[str, Any]] = {name: {"enabled": name == phase} for name in PHASES}
    phases["coverage"]["unexpected-methods"] = list(METHODS)
    for name, most in MAX_EXAMPLES.items():
        phases[name]["generation"] = {"max-examples": most if examples is None else min(examples, most)}
    if examples is not None:
        phases["fuzzing"]["generation"] = {"max-examples": examples}
    # Else the ids that a list gave would crowd out the generated ones; `stateful` is for those.
    phases["fuzzing"]["extra-data-sources"] = {"responses": False}
    return {
        "seed": 1,
        "base-url": target.base_url,
        "headers": target.headers,
        "request-timeout": SECONDS,
        "continue-on-failure": True,
        "workers": 1,
        # The cache and the database leave files behind, and make a run depend on those before it.
        "cache": {"enabled": False},
        "generation": {
            "database": "none",
            "deterministic": True,
            # A generated key is refused, and hides what else a response may lack.
            "with-security-parameters": False,
        },
        "analysis": {"constants": {"enabled": False}},
        "phases": phases,
        "checks": {"enabled": False, **{name: {"enabled": True} for name in (*BUILTIN_CHECKS, *CUSTOM_CHECKS)}},
    }


@contextlib.contextmanager
def no_delete_but_of(run: RunContext) -> Iterator[None]:
    """Stop, at the last moment, a DELETE of anything but what the run may delete.

    That none comes up is the business of `load` and `METHODS`; this is for the day on which schemathesis has a new idea
    of its own.
    """

    def before_call(_: HookContext, case: Case[Any], kwargs: dict[str, Any]) -> None:
        may = case.path_parameters.get("model") in run.may_delete and "url" not in kwargs
        if case.method.upper() == "DELETE" and not (may and case.operation.path.endswith("{model}")):
            message = f"a DELETE of {case.formatted_path} was about to go to a server that is not ours"
            raise PermissionError(message)

    GLOBAL_HOOK_DISPATCHER.register_hook_with_name(before_call, "before_call")
    try:
        yield
    finally:
        GLOBAL_HOOK_DISPATCHER.unregister(before_call)


def shallow_json(response: Response) -> Any:
    """Give the body as JSON; what is nested too deeply to be read is none.

    Raises:
        JSONDecodeError: It is none.
    """
    try:
        return READ_JSON(response)
    except RecursionError as error:
        message = "nested too deeply"
        raise json.JSONDecodeError(message, "", 0) from error


@contextlib.contextmanager
def as_nobody_else() -> Iterator[None]:
    """Have schemathesis say who asks, and hypothesis take nothing from the tree and its modules, and leave nothing there.

    It strews constants of the modules that happen to be imported among its data, which would make a run depend on
    what else ran. There is no setting for this; nor for the User-Agent of the
    requests that schemathesis' checks send themselves. A login in the user's ~/.netrc would take the key's place.
    """
    constants = "hypothesis.internal.conjecture.providers._get_local_constants"
    with (
        tempfile.TemporaryDirectory() as home,
        patch(constants, return_value=Constants()),
        patch("schemathesis.transport.prepare.USER_AGENT", USER_AGENT),
        patch("schemathesis.engine.run.probes.USER_AGENT", USER_AGENT),
        patch("requests.sessions.get_netrc_auth", return_value=None),
        patch.object(Response, "json", shallow_json),
    ):
        hypothesis.configuration.set_hypothesis_home_dir(home)
        try:
            yield
        finally:
            hypothesis.configuration.set_hypothesis_home_dir(None)
