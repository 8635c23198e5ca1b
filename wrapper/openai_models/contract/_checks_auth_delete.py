"""The checks of keys, methods and deletions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._check import ContractViolation, check
from ._context import Kind, current, probe_for
from ._level import Level
from ._response_helpers import NO_JSON, content, is_from_front, model_id, models_of, sentence_of, text_of

if TYPE_CHECKING:
    from schemathesis import Case, CheckContext
    from schemathesis.core.transport import Response


@check(Level.OFFICIAL)
def key_required(ctx: CheckContext, response: Response, case: Case[Any]) -> bool | None:  # noqa: ARG001
    """A request without the right key gets 401.

    "Authentication" of the API reference. Servers for one's own machine (Ollama, LM Studio) ask for no key, and
    llama.cpp lists for anybody.
    """
    probe = probe_for(case.id, Kind.KEY)
    if not probe or is_from_front(response, is_odd=probe.is_odd):
        return True
    if response.status_code != 401:
        raise ContractViolation(f"status {response.status_code}", "401")
    return None


@check(Level.COMPATIBLE)
def key_refusal(ctx: CheckContext, response: Response, case: Case[Any]) -> bool | None:  # noqa: ARG001
    """A refused key gets 401 or 403, and JSON that says so.

    The API answers 401 with the envelope and the code `invalid_api_key`. Gateways that ask another service about a
    key answer 5xx for keys it chokes on; proxies that look at keys themselves answer in HTML or plain text.
    """
    probe = probe_for(case.id, Kind.KEY)
    if not probe or response.status_code == 200 or is_from_front(response, is_odd=probe.is_odd):
        return True
    if response.status_code not in {401, 403}:
        if probe.method == "DELETE":  # The model that isn't there was looked for: no key was refused.
            return True
        raise ContractViolation(f"status {response.status_code}", "401 or 403")
    body = content(response)
    if body is NO_JSON or sentence_of(body) is None:
        raise ContractViolation(f"{response.status_code} without JSON", "JSON with a sentence")
    return None


@check(Level.OFFICIAL)
def key_masked(ctx: CheckContext, response: Response, case: Case[Any]) -> bool | None:  # noqa: ARG001
    """A wrong key is not repeated in full.

    The API answers `Incorrect API key provided: sk-proj-****_UkA.` A key that is wrong here may be right elsewhere.
    Servers that put the header into their message differ.
    """
    probe = probe_for(case.id, Kind.KEY)
    if not probe or not probe.key:
        return True
    if probe.key in text_of(response):
        raise ContractViolation("the wrong key is in the answer", "the key's ends, with asterisks between them")
    return None


@check(Level.COMPATIBLE)
def other_method(ctx: CheckContext, response: Response, case: Case[Any]) -> bool | None:  # noqa: ARG001
    """A method that the API doesn't have is refused: it is not carried out, and does not make the server fail.

    RFC 9110 §15.5.6 (405) and §15.6.2 (501); 400, 401, 403, 404 and 422 come from whatever looks first. HEAD and
    OPTIONS may be answered as HTTP has them. Servers with one handler for all methods answer 200.
    """
    probe = probe_for(case.id, Kind.METHOD)
    if not probe:
        return True
    status = response.status_code
    allowed = status == 501 or 400 <= status < 500 or (status < 400 and probe.method in {"HEAD", "OPTIONS"})
    if not allowed:
        raise ContractViolation(f"status {status}", "405, or another 4xx")
    return None


@check(Level.COMPATIBLE, deletes=True)
def deleted_id(ctx: CheckContext, response: Response, case: Case[Any]) -> bool | None:  # noqa: ARG001
    """A deletion names the model that was deleted.

    "Delete a fine-tuned model" of the API reference: `{"id": "ft:…", "object": "model", "deleted": true}`. Few
    compatible servers delete at all; some answer with an empty object, or with the id of a record of their own.
    """
    run = current()
    if run is None or not probe_for(case.id, Kind.DELETE) or response.status_code != 200:
        return True
    found = model_id(content(response))
    if found != run.delete_model:
        raise ContractViolation(f"the deletion names {found!r}", repr(run.delete_model))
    return None


@check(Level.COMPATIBLE, deletes=True)
def deleted_word(ctx: CheckContext, response: Response, case: Case[Any]) -> bool | None:  # noqa: ARG001
    """A deletion gets 200 and `deleted: true`.

    "Delete a fine-tuned model" of the API reference has both. With 202 or 204, a client does not learn that the model is
    deleted.
    """
    if not probe_for(case.id, Kind.DELETE):
        return True
    body = content(response)
    word = body.get("deleted") if isinstance(body, dict) else None
    if response.status_code != 200 or word is not True:
        raise ContractViolation(f"the deletion gets {response.status_code}, deleted: {word!r}", "200, deleted: true")
    return None


@check(Level.COMPATIBLE, deletes=True)
def deleted_model_gone(ctx: CheckContext, response: Response, case: Case[Any]) -> bool | None:  # noqa: ARG001
    """After a confirmed deletion, the model can't be retrieved and is not listed.

    It is what deleting means. Servers that delete later, or answer from a cache, still have it.
    """
    run = current()
    probe = probe_for(case.id, Kind.RETRIEVE_DELETED, Kind.LIST_AFTER)
    if run is None or not probe or not run.deleted:
        return True
    if probe.kind is Kind.RETRIEVE_DELETED:
        if response.status_code != 404:
            raise ContractViolation(f"the deleted model gets {response.status_code}", "404")
        return None
    models = models_of(content(response))
    if models is not None and run.delete_model in map(model_id, models):
        raise ContractViolation("the deleted model is still listed", "a list without it")
    return None


@check(Level.COMPATIBLE, deletes=True)
def others_stay(ctx: CheckContext, response: Response, case: Case[Any]) -> bool | None:  # noqa: ARG001
    """A deletion deletes one model.

    The same page: "Delete a fine-tuned model". Servers that delete by prefix, or the files that models share, lose more.
    """
    run = current()
    if run is None or not probe_for(case.id, Kind.LIST_AFTER) or response.status_code != 200:
        return True
    left = set(map(model_id, models_of(content(response)) or []))
    # Models that come and go by themselves are not in both lists from before the deletion.
    lost = sorted((run.still_listed or set()).intersection(run.listed) - left - {str(run.delete_model)})
    if lost:
        raise ContractViolation(f"no longer listed: {', '.join(lost[:3])}", "every model but the deleted one")
    return None


@check(Level.COMPATIBLE, deletes=True)
def second_delete(ctx: CheckContext, response: Response, case: Case[Any]) -> bool | None:  # noqa: ARG001
    """Deleting a model a second time gets 404.

    The API answers 404, "That model does not exist" (openai-node#14). Servers that keep no account say 200 again.
    """
    run = current()
    if run is None or not probe_for(case.id, Kind.DELETE_AGAIN) or not run.deleted:
        return True
    if response.status_code != 404:
        raise ContractViolation(f"the second deletion gets {response.status_code}", "404")
    return None


@check(Level.COMPATIBLE, deletes=True)
def unknown_delete(ctx: CheckContext, response: Response, case: Case[Any]) -> bool | None:  # noqa: ARG001
    """Deleting a model that doesn't exist gets 404.

    As above; 403 is as good, for a key that may not delete. Servers that delete without looking say 200.
    """
    if not probe_for(case.id, Kind.DELETE_UNKNOWN):
        return True
    if response.status_code not in {403, 404}:
        raise ContractViolation(f"deleting an unknown model gets {response.status_code}", "404")
    return None
