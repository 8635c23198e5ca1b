"""What other servers that speak this API answer; one file each in `profiles/`.

Each file holds what documentation, source code and reports of users show; `assumed` names what they don't show.
In its bodies and headers, `{model}`, `{path}` and so on stand for what belongs to the request. A string that is nothing
but such a name takes a value of any JSON type; `{"each": …}` is an array with one of these for each model.
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


class Wrong(StrEnum):
    """Why a server refuses; what the files name their answers by."""

    MISSING_KEY = "missing_key"
    WRONG_KEY = "wrong_key"
    WRONG_BEARER = "wrong_bearer"
    WRONG_PAGE = "wrong_page"
    WRONG_METHOD = "wrong_method"
    UNKNOWN_URL = "unknown_url"
    UNKNOWN_MODEL = "unknown_model"
    ENCODED_SLASH = "encoded_slash"
    MAY_NOT_DELETE = "may_not_delete"
    FAILURE = "failure"


NAME: Final = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True, kw_only=True)
class KeyRules:
    """When a server asks for its key.

    Attributes:
        asked: Before it looks at the path, once it knows the path, once it knows the method, or not at all.
        list: Whether it lists for anybody.
        header: Where the key may stand, beside `Authorization`.
    """

    asked: Literal["first", "after route", "after method", "never"]
    list: Literal["public", "private"] = "private"
    header: str | None = None


@dataclass(frozen=True, kw_only=True)
class RetrieveRules:
    """How a server finds one model.

    Attributes:
        slash: How a slash within an id must be written; `never`, where such a model can't be retrieved.
        path: What stands before the id.
        prefix: What the listed ids begin with, and the asked ones don't.
        body: The answer.
    """

    slash: Literal["encoded", "raw", "never"]
    path: str = "/models/"
    prefix: str = ""
    body: Any = "{item}"


@dataclass(frozen=True, kw_only=True)
class Paging:
    """How a server splits its list."""

    default: int
    most: int


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An answer, its values not filled in yet."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = ""


@dataclass(frozen=True, kw_only=True)
class Profile:
    """A server.

    Attributes:
        base_path: What its base URL ends with.
        other_base_path: A second one.
        content_type: That of its JSON.
        headers: Headers of all its answers.
        key: When it asks for its key.
        created: Whether its models are always as young as the request.
        models: Those it has.
        aliases: Other names of models, which can be retrieved.
        page: The list.
        empty_page: The list without models, where it is another.
        paging: How the list is split, if it is.
        retrieve: How a model is found, if it can be.
        delete: What a deletion answers, if there is any.
        answers: Those that refuse, by what is wrong; that to an unknown URL stands for those that aren't there.
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
    paging: Paging | None = None
    retrieve: RetrieveRules | None = None
    delete: Any = None
    answers: Mapping[Wrong, Answer]
    assumed: Sequence[str]


def load_profile(name: str | None) -> Profile | None:
    """Give a profile; None for the official API.

    Raises:
        ValueError: There is none of that name.
    """
    if name is None or name == OFFICIAL:
        return None
    if name not in PROFILES:
        message = f"there is no profile {name!r}; those that are known: {', '.join(PROFILES)}"
        raise ValueError(message)
    read = json.loads((files("openai_models.testing") / "profiles" / f"{name}.json").read_text("utf-8"))
    read["key"] = KeyRules(**read["key"])
    for part, rules in (("retrieve", RetrieveRules), ("paging", Paging)):
        if part in read:
            read[part] = rules(**read[part])
    read["answers"] = {Wrong(wrong): Answer(**answer) for wrong, answer in read["answers"].items()}
    return Profile(**read)


def fill(template: Any, values: Mapping[str, Any]) -> Any:
    """Put values where a template names them.

    Args:
        template: JSON.
        values: What may be named; `ids` is what `each` goes through.
    """
    if isinstance(template, str):
        whole = NAME.fullmatch(template)
        if whole and whole[1] in values:
            return values[whole[1]]
        return NAME.sub(lambda named: str(values.get(named[1], named[0])), template)
    if isinstance(template, list):
        return [fill(item, values) for item in template]
    if isinstance(template, dict):
        if list(template) == ["each"]:
            return [fill(template["each"], {**values, "model": model}) for model in values["ids"]]
        return {name: fill(value, values) for name, value in template.items()}
    return template
