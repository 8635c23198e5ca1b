"""Read the result of each operation from a response, without I/O.

A model needs an `id` that is a string, and nothing else. A deletion counts as done only when the server says so: a 204
(RFC 9110 §15.3.5: done, and nothing to add), or the id that was asked for with `deleted` true.
"""

from collections.abc import Mapping
from typing import Any, TypeVar

from .._httpx import Response
from ..types import Model, ModelDeleted
from ..types._base_page import BasePage
from .error_text import says_failed, says_failed_and_gave_nothing
from .response import load_object, read_json, validation_error

Page = TypeVar("Page", bound=BasePage[Model])


def read_listing(page_class: type[Page], response: Response, problem: str | None, _: Mapping[str, str]) -> Page:
    """Read a page of models: an object with `data`, or a bare array."""
    body = load_object(response, problem)
    sent = {"data": body} if isinstance(body, list) else body
    if not isinstance(sent, dict) or "data" not in sent or says_failed_and_gave_nothing(sent):
        raise validation_error(response, "The response is not a list of models", body)
    items = [] if sent["data"] is None else sent["data"]
    if not isinstance(items, list):
        kind = {str: "a string", bool: "a boolean", dict: "an object"}.get(type(items), "a number")
        raise validation_error(response, f"`data` is not an array but {kind}", body)
    if not _are_models(items):
        index = next(index for index, item in enumerate(items) if not _are_models([item]))
        raise validation_error(response, f"Item {index} of the list is not a model with an id", body)
    return page_class._of(sent, Model._list_from_json(items))


def _are_models(items: list[Any]) -> bool:
    try:
        for item in items:
            if type(item["id"]) is not str:
                return False
    except (KeyError, TypeError):  # it has no id, or is no object
        return False
    return True


def read_model(response: Response, problem: str | None, _: Mapping[str, str]) -> Model:
    """Read one model."""
    body = load_object(response, problem)
    is_error = isinstance(body, dict) and body.get("object") != "model" and says_failed(body)
    if not isinstance(body, dict) or not isinstance(body.get("id"), str) or is_error:
        raise validation_error(response, "The response is not a model with an id", body)
    return Model._from_json(body)


def read_deletion(response: Response, problem: str | None, arguments: Mapping[str, str]) -> ModelDeleted:
    """Read the server's confirmation that a model is deleted."""
    model = arguments["model"]
    if response.status_code == 204:
        return ModelDeleted(id=model, object="model", deleted=True)
    body = load_object(response, problem)
    if not isinstance(body, dict) or body.get("deleted") is not True or says_failed(body):
        raise validation_error(response, f"The server did not say that {model!r} is deleted", body)
    if body.get("id") != model:
        said = _in_words(body.get("id"))
        raise validation_error(response, f"Asked to delete {model!r}, the server says it deleted {said}", body)
    return ModelDeleted._from_json(body)


def validate_strict(response: Response, result: BasePage[Model] | Model | ModelDeleted) -> None:
    """Validate strictly against the spec.

    Raises:
        APIResponseValidationError: A required field is absent, or a field has a value that the spec doesn't allow.
    """
    if isinstance(result, BasePage) and result._json.get("object") != "list":
        said = _in_words(result._json.get("object"))
        raise validation_error(response, f"`object` is {said}, where it should be 'list'", result._json)
    for record in result.data if isinstance(result, BasePage) else [result]:
        violation = record._schema_violation()
        if violation is not None:
            raise validation_error(response, f"{type(record).__name__}.{violation}", read_json(response))


def _in_words(value: object) -> str:
    return "nothing" if value is None else repr(value)
