"""How schemathesis is set up: what it sends, and that neither its surroundings nor other runs change that.

`engine.from_schema` and its events (in `_suite`) are public by their names, and hardly documented; a new schemathesis
may change them. So may it find a way past the gateway: a test compares the server's count of requests with ours.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from typing import TYPE_CHECKING, Any, Final

import hypothesis.configuration
import schemathesis
from hypothesis import strategies as st
from schemathesis.config import SchemathesisConfig

from ._check import BUILTIN_CHECKS, CUSTOM_CHECKS, PLAIN_CHECKS
from ._gateway import SPEC
from ._response_helpers import NO_SEGMENTS, ONE
from ._secrets import PLACEHOLDER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hypothesis.strategies import SearchStrategy
    from schemathesis import BaseSchema, HookContext

    from ._gateway import Gateway

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
# Of which ids are made up, 64 characters: what models are called, what URLs, shells and SQL give a meaning, and other
# scripts. No backslash and no control characters, which servers in front of an application refuse themselves.
ID_CHARACTERS: Final = "abcdefgpqtwxyzABGMZ0123789-._:/@+~ %?#&=;,!*'()[]{}|^`\"<>$\xe9\xdf\u0301\u4e2d\u202e\U0001f680"
ENVIRONMENT: Final = {
    "NETRC": os.devnull,  # a login there would take the key's place
    "SCHEMATHESIS_HOOKS": None,
}


class UnreadableSpecError(Exception):
    """The spec can't be read."""


def load(gateway: Gateway, phase: str | None, examples: int | None = None) -> BaseSchema:
    """Return the spec as schemathesis is to try it in a phase; without one, with its deletion, for single requests.

    Raises:
        UnreadableSpecError: It can't be read.
    """
    config = SchemathesisConfig.from_dict(configuration(phase, examples))
    try:
        schema: BaseSchema = schemathesis.openapi.from_asgi(SPEC, gateway, config=config)
    except (OSError, schemathesis.errors.LoaderError) as error:
        message = f"the spec can't be read: {error}"
        raise UnreadableSpecError(message) from error
    schema.raw_schema["servers"] = [{"url": "/"}]
    schema.hook(before_generate_path_parameters)
    return schema.exclude(method="DELETE") if phase else schema


def before_generate_path_parameters(context: HookContext, strategy: SearchStrategy[Any]) -> SearchStrategy[Any]:
    """Return a strategy for ids that depends on nothing else.

    hypothesis strews constants of whatever modules are imported among texts and numbers, and has no public switch for
    that. Booleans take none.
    """
    if context.operation is None or context.operation.path != ONE:
        return strategy
    bits = len(ID_CHARACTERS).bit_length() - 1  # of 64 characters: all are drawn
    characters = st.tuples(*[st.booleans()] * bits).map(
        lambda drawn: ID_CHARACTERS[sum(bit << place for place, bit in enumerate(drawn))]
    )
    ids = st.lists(characters, min_size=1, max_size=40).map("".join)
    return ids.filter(lambda name: name not in NO_SEGMENTS).map(lambda name: {"model": name})


def configuration(phase: str | None, examples: int | None) -> dict[str, Any]:
    """Return schemathesis' settings, as its `schemathesis.toml` would have them."""
    phases: dict[str, dict[str, Any]] = {name: {"enabled": name == phase} for name in PHASES}
    phases["coverage"]["unexpected-methods"] = list(METHODS)
    for name, most in MAX_EXAMPLES.items():
        phases[name]["generation"] = {"max-examples": most if examples is None else min(examples, most)}
    if examples is not None:
        phases["fuzzing"]["generation"] = {"max-examples": examples}
    # Else the ids that a list gave would crowd out the generated ones; `stateful` is for those.
    phases["fuzzing"]["extra-data-sources"] = {"responses": False}
    names = (*(BUILTIN_CHECKS if phase else PLAIN_CHECKS), *CUSTOM_CHECKS)
    return {
        "seed": 1,
        # No `base-url`: with one, requests would go there, past the gateway.
        "headers": {"Authorization": PLACEHOLDER},
        "max-redirects": 0,
        # The gateway has a time limit of its own, which waits for its turn are no part of.
        "request-timeout": 3600,
        "continue-on-failure": True,
        "suppress-health-check": ["all"],
        "workers": 1,
        # The cache and the database leave files behind, and make a run depend on those before it.
        "cache": {"enabled": False},
        "generation": {
            "database": "none",
            "deterministic": True,
            # A generated key is refused, and hides what else a response may lack.
            "with-security-parameters": False,
            # A request that fails is shown as it is; shrinking would send it over and over.
            "no-shrink": True,
        },
        "analysis": {"constants": {"enabled": False}},
        # There is nothing but placeholders to hide.
        "output": {"sanitization": {"enabled": False}},
        "phases": phases,
        "checks": {"enabled": False, **{name: {"enabled": True} for name in names}},
    }


@contextlib.contextmanager
def isolated() -> Iterator[None]:
    """Keep a run from settings of the user's environment, and from leaving files behind."""
    before = {name: os.environ.get(name) for name in ENVIRONMENT}
    # After an interrupt, hypothesis may still be writing there.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        hypothesis.configuration.set_hypothesis_home_dir(home)
        set_environment(ENVIRONMENT)
        try:
            yield
        finally:
            set_environment(before)
            hypothesis.configuration.set_hypothesis_home_dir(None)


def set_environment(values: dict[str, str | None]) -> None:
    """Set environment variables; None unsets one."""
    for name, value in values.items():
        os.environ.pop(name, None)
        if value is not None:
            os.environ[name] = value
