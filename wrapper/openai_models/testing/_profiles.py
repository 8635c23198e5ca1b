"""How other servers of this API respond, read from one file each in `profiles/`.

Each file holds what documentation, source code and user reports show; `assumed` lists the parts that none of them
show. Bodies and headers are templates, in which `{model}`, `{path}` and the like are placeholders for values of the
request. A string that consists of one placeholder takes a value of any JSON type; `{"each": …}` is an array with one
item for each model.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from enum import StrEnum
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__tracebackhide__ = True
OFFICIAL: Final = "openai"
PROFILES: Final = (
    OFFICIAL,
    "anthropic",
    "deepseek",
    "gemini",
    "groq",
    "huggingface-router",
    "litellm",
    "llama.cpp",
    "lm-studio",
    "mistral",
    "ollama",
    "openrouter",
    "together",
    "vllm",
)
PLACEHOLDER: Final = re.compile(r"\{([a-z_]+)\}")


class ErrorKind(StrEnum):
    """Why a server refuses a request: the names of the error responses in the files."""

    MISSING_KEY = "missing_key"
    INVALID_KEY = "invalid_key"
    INVALID_BEARER = "invalid_bearer"
    INVALID_PAGE = "invalid_page"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    UNKNOWN_URL = "unknown_url"
    UNKNOWN_MODEL = "unknown_model"
    ENCODED_SLASH = "encoded_slash"
    DELETE_FORBIDDEN = "delete_forbidden"
    INJECTED = "injected"


@dataclass(frozen=True, kw_only=True)
class KeyRules:
    """When and where a server looks for its key.

    Attributes:
        checked: Before routing, once the path is known, once the method is known, or never.
        list: Whether the list needs the key.
        header: A header that may hold the key, besides `Authorization`.
    """

    checked: Literal["before route", "after route", "after method", "never"]
    list: Literal["public", "private"] = "private"
    header: str | None = None


@dataclass(frozen=True, kw_only=True)
class RetrieveRules:
    """How a server finds one model.

    Attributes:
        slash: How a slash within an ID must be written; `never` if such a model can't be retrieved.
        path: What precedes the ID in the path.
        prefix: Start of the listed IDs that the requested ones lack.
        body: Template of the response.
    """

    slash: Literal["encoded", "raw", "never"]
    path: str = "/models/"
    prefix: str = ""
    body: Any = "{item}"


@dataclass(frozen=True, kw_only=True)
class PagingRules:
    """How many models a page of the list holds: by default, and at most."""

    default: int
    maximum: int


@dataclass(frozen=True, kw_only=True)
class ResponseTemplate:
    """A response with placeholders in its headers and its body."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = ""


@dataclass(frozen=True, kw_only=True)
class ServerProfile:
    """A server.

    Attributes:
        base_path: Path of its base URL.
        other_base_path: Path of its second base URL.
        content_type: Content type of its JSON.
        headers: Headers of every response.
        key: When it checks the key.
        created: `"now"` if `created` is always the time of the request.
        models: Its default models.
        aliases: Further IDs by which models can be retrieved.
        page: Template of the list.
        empty_page: The list without models, if it differs.
        paging: How the list is split into pages, if it is.
        retrieve: How it finds one model, if it can.
        delete: Template of the response to a deletion, if it can delete.
        errors: The error responses; that for an unknown URL stands in for the absent ones.
        assumed: The parts that no source shows.
    """

    base_path: str
    other_base_path: str | None = None
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    key: KeyRules
    created: Literal["now"] | None = None
    models: Sequence[Mapping[str, object]]
    aliases: Mapping[str, str] = field(default_factory=dict)
    page: Any
    empty_page: Any = None
    paging: PagingRules | None = None
    retrieve: RetrieveRules | None = None
    delete: Any = None
    errors: Mapping[ErrorKind, ResponseTemplate]
    assumed: Sequence[str]


def load_profile(name: str | None) -> ServerProfile | None:
    """Return a profile; None for the official API.

    Raises:
        ValueError: The name is unknown.
    """
    if name is None or name == OFFICIAL:
        return None
    if name not in PROFILES:
        message = f"unknown profile {name!r}; the known ones: {', '.join(PROFILES)}"
        raise ValueError(message)
    content = json.loads((files("openai_models.testing") / "profiles" / f"{name}.json").read_text("utf-8"))
    content["key"] = KeyRules(**content["key"])
    for part, rules in (("retrieve", RetrieveRules), ("paging", PagingRules)):
        if part in content:
            content[part] = rules(**content[part])
    content["errors"] = {ErrorKind(kind): ResponseTemplate(**error) for kind, error in content["errors"].items()}
    return ServerProfile(**content)


def fill(template: Any, values: Mapping[str, Any]) -> Any:
    """Return a template with its placeholders replaced.

    Args:
        template: JSON.
        values: The value of each placeholder; `each` iterates over `ids`. An unknown placeholder stays as it is.
    """
    if isinstance(template, str):
        only = PLACEHOLDER.fullmatch(template)
        if only and only[1] in values:
            return values[only[1]]
        return PLACEHOLDER.sub(lambda found: str(values.get(found[1], found[0])), template)
    if isinstance(template, list):
        return [fill(item, values) for item in template]
    if isinstance(template, dict):
        if list(template) == ["each"]:
            return [fill(template["each"], {**values, "model": model}) for model in values["ids"]]
        return {name: fill(value, values) for name, value in template.items()}
    return template
