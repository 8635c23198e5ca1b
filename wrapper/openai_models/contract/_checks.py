"""The checks that schemathesis lacks: lists, models and ids. `_checks_errors` and `_checks_auth_delete` have the others.

A docstring's first line is the requirement. Then: where the official API documents or shows it, and who differs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ._check import ContractViolation, check
from ._context import Kind, current, probe_for
from ._level import Level
from ._response_helpers import (
    NO_JSON,
    content,
    is_list,
    is_model,
    model_id,
    models_of,
    requested_id,
    shape_of,
)

if TYPE_CHECKING:
    from schemathesis import Case, CheckContext
    from schemathesis.core.transport import Response

YEAR_2100: Final = 4_102_444_800
DOCUMENTED: Final = ("object", "created", "owned_by", "shutdown_date")


@check(Level.COMPATIBLE)
def answered(ctx: CheckContext, response: Response, case: Case[Any]) -> bool | None:  # noqa: ARG001
    """Every request gets a response, of at most 8 MiB.

    RFC 9110 §15. Servers whose process dies on a request, or that hang up on paths they can't decode, give none;
    of a list of some 60,000 models, the suite reads no more.
    What fails here never gets as far as this function: the suite puts it down when no answer comes.
    """
    return None


@check(Level.COMPATIBLE)
def usable_list(ctx: CheckContext, response: Response, case: Case[Any]) -> bool | None:  # noqa: ARG001
    """A list is JSON that holds models, each with an id.

    "List models" of the API reference: `{"object": "list", "data": [{"id": …}]}`. A bare array and `data: null` do as
    well, since Together and Ollama send them and clients read them; pages with only `models` in them don't.
    """
    if not is_list(case, response):
        if not probe_for(case.id, Kind.LIST):
            return True
        raise ContractViolation(f"the list gets {response.status_code}", "200 and the models")
    page = content(response)
    if page is NO_JSON:
        raise ContractViolation("the list is no JSON", "JSON with the models in data")
    models = models_of(page)
    if models is None:
        raise ContractViolation("the answer holds no list", "the models in data")
    if not all(map(model_id, models)):
        raise ContractViolation(
            "a listed model has no id",
            "a string that is not empty, and can be sent as UTF-8, as the id of every model",
        )
    return None


@check(Level.COMPATIBLE)
def unique_ids(ctx: CheckContext, response: Response, case: Case[Any]) -> bool | None:  # noqa: ARG001
    """No model is listed twice.

    An id is "the model identifier, which can be referenced in the API endpoints" (schema Model). Routers that gather
    the lists of several servers repeat the models that more than one of them has.
    """
    models = models_of(content(response)) if is_list(case, response) else None
    if models is None:
        return True
    ids = [name for name in map(model_id, models) if name]  # one without is for `usable_list` to judge
    if len(set(ids)) < len(ids):
        raise ContractViolation("a model is listed more than once", "every id once")
    return None


@check(Level.COMPATIBLE)
def usable_model(ctx: CheckContext, response: Response, case: Case[Any]) -> bool | None:  # noqa: ARG001
    """A retrieved model is a JSON object with an id.

    "Retrieve model" of the API reference. Servers that wrap the model (`{"data": {…}}`), or send their start page for
    paths they don't know, differ.
    """
    if not is_model(case, response):
        return True
    if model_id(content(response)) is None:
        raise ContractViolation("the model has no id", "an object with a string as its id")
    return None


@check(Level.COMPATIBLE)
def retrieved_id(ctx: CheckContext, response: Response, case: Case[Any]) -> bool | None:  # noqa: ARG001
    """A retrieved model has the id that was asked for.

    "Retrieve model" of the API reference: `GET /models/VAR_chat_model_id` gives `"id": "VAR_chat_model_id"`. Servers
    of one model answer with that one, whatever was asked for; those that compare ids without case, or trim them, with
    a model of nearly the same id. An alias may be answered with the id that was asked for.
    """
    found = model_id(content(response)) if is_model(case, response) else None
    if found is None:
        return True
    if found != requested_id(response):
        raise ContractViolation("another model came", f"the model {requested_id(response)!r}, or 404")
    return None


@check(Level.COMPATIBLE)
def listed_model(ctx: CheckContext, response: Response, case: Case[Any]) -> bool | None:  # noqa: ARG001
    """A listed model can be retrieved.

    The id is what "can be referenced in the API endpoints" (schema Model). vLLM and llama.cpp have no such endpoint
    (vllm-project/vllm#43127); Ollama and LiteLLM list ids with a slash that they can't find again (ollama/ollama#10139).
    The ids `.` and `..` are not asked for: no client can (RFC 3986 §5.2.4).
    """
    run = current()
    if run is None or not probe_for(case.id, Kind.LISTED):
        return True
    if response.status_code != 200:
        if requested_id(response) not in (run.still_listed or ()):  # Somebody deleted it in the meantime.
            return True
        raise ContractViolation(f"a listed model gets {response.status_code}", "200 and the model")
    return None


@check(Level.OFFICIAL)
def listed_fields(ctx: CheckContext, response: Response, case: Case[Any]) -> bool | None:  # noqa: ARG001
    """A model is the same whether listed or retrieved.

    The API reference has one schema for both. vLLM makes `created` anew for every answer.
    """
    run = current()
    if run is None or not probe_for(case.id, Kind.LISTED) or response.status_code != 200:
        return True
    model = content(response)
    listed = run.listed.get(requested_id(response))
    if not isinstance(model, dict) or listed is None:
        return True
    others = [name for name in DOCUMENTED if model.get(name) != listed.get(name)]
    if others:
        raise ContractViolation(f"{', '.join(others)} not as listed", "the values that the list has")
    return None


@check(Level.OFFICIAL)
def created_in_seconds(ctx: CheckContext, response: Response, case: Case[Any]) -> bool | None:  # noqa: ARG001
    """`created` is in seconds: not before 1970, and not after 2100.

    "The Unix timestamp (in seconds) when the model was created" (schema Model). Servers on platforms whose clocks
    count milliseconds send those. 0, for a model of unknown age, is fine.
    """
    body = content(response)
    models = models_of(body) if is_list(case, response) else [body] if is_model(case, response) else None
    if models is None:
        return True
    times = [model.get("created") for model in models if isinstance(model, dict)]
    for time in times:
        if isinstance(time, int | float) and not 0 <= time < YEAR_2100:
            raise ContractViolation("created is no time in seconds at which a model was made", "seconds since 1970")
    return None


@check(Level.COMPATIBLE)
def unknown_model(ctx: CheckContext, response: Response, case: Case[Any]) -> bool | None:  # noqa: ARG001
    """A model that doesn't exist gets 404.

    The API answers 404 with the code `model_not_found`. Servers of one model, and routers that hand every name on,
    answer 200; some gateways answer 400 or 500.
    """
    if not probe_for(case.id, Kind.UNKNOWN):
        return True
    if response.status_code != 404:
        raise ContractViolation(f"an unknown model gets {response.status_code}", "404")
    return None


@check(Level.COMPATIBLE)
def colon_in_id(ctx: CheckContext, response: Response, case: Case[Any]) -> bool | None:  # noqa: ARG001
    """A colon in an id may travel as it is or as %3A.

    The ids of fine-tuned models have them: `ft:gpt-4o-mini:acemeco:suffix:abc123`; the API took both forms
    (ruby-openai#183, openai-node#14). Frameworks that give colons in paths a meaning of their own differ.
    """
    return same_as_unknown(response, case, Kind.COLON, "an id with a colon")


@check(Level.COMPATIBLE)
def slash_in_id(ctx: CheckContext, response: Response, case: Case[Any]) -> bool | None:  # noqa: ARG001
    """A slash in an id travels as %2F and does not end the segment.

    RFC 3986 §2.2. Servers that decode a path before they split it find no route, or another model: Ollama
    (ollama/ollama#10139) and LiteLLM (BerriAI/litellm#37271), and many behind a proxy that normalizes paths.
    """
    return same_as_unknown(response, case, Kind.SLASH, "an id with a slash")


@check(Level.COMPATIBLE)
def non_ascii_id(ctx: CheckContext, response: Response, case: Case[Any]) -> bool | None:  # noqa: ARG001
    """An id with characters outside ASCII is an id like any other.

    The parameter `model` is any string; it travels as percent-encoded UTF-8 (RFC 3986 §2.5). Servers that put the id
    in a header, or in a log of another encoding, fail on it.
    """
    return same_as_unknown(response, case, Kind.NON_ASCII, "an id outside ASCII")


def same_as_unknown(response: Response, case: Case[Any], kind: Kind, what: str) -> bool | None:
    """Demand the answer that an unknown model of a plain name got."""
    run = current()
    if run is None or not probe_for(case.id, kind):
        return True
    expected = f"{run.unknown[0] if run.unknown else 404}, in the words used for any unknown model"
    if response.status_code >= 500 or response.status_code < 400:
        raise ContractViolation(f"{what} gets {response.status_code}", expected)
    if run.unknown is not None and shape_of(response) != run.unknown:
        actual = f"{what} gets {response.status_code} in other words than an unknown model without"
        raise ContractViolation(actual, expected)
    return None


@check(Level.COMPATIBLE)
def undecodable_id(ctx: CheckContext, response: Response, case: Case[Any]) -> bool | None:  # noqa: ARG001
    """An id that is not UTF-8 is refused: 400, 404 or 422.

    RFC 9110 §15.5.1 has 400 for it; as no such model can exist, 404 is as good. Applications that decode the path
    without care answer 500, or read something else into it and answer 200.
    """
    if not probe_for(case.id, Kind.UNDECODABLE):
        return True
    if response.status_code not in {400, 404, 422}:
        raise ContractViolation(f"an id that is no UTF-8 gets {response.status_code}", "400, 404 or 422")
    return None
