"""What sync and async pages have in common: their models, and the request of the next page."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, Generic, NamedTuple, Self, TypeVar

from openai_models_api.models import ListModelsResponse as GeneratedPage

from .._exceptions import OpenAIError
from ._base_model import BaseModel
from .model import Model

T = TypeVar("T")

# The cursor is sent twice, each byte as up to three characters, and httpx takes URLs of 65,536 characters.
_LONGEST_CURSOR: Final = 8192


class PageInfo(NamedTuple):
    """The request of the next page.

    Args:
        params: Its query parameters.
    """

    params: Mapping[str, str]


class BasePage(BaseModel, GeneratedPage, Generic[T]):
    """A page of models.

    Args:
        **fields: The fields by name; `data` has the models.
    """

    __slots__ = ("_fetch_page", "_seen_cursors", "data")

    data: list[T]  # type: ignore[assignment]  # the facade's models, which are generated ones too
    """The models on this page, in the server's order."""
    _fetch_page: Callable[[Mapping[str, str]], Any] | None  # of no page but those that a call returned
    _seen_cursors: frozenset[str]

    def __init__(self, /, **fields: Any) -> None:
        models: list[T] = _models(fields.pop("data", None))
        super().__init__(**fields, data=models)
        self._set_up(models)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return a page with the fields of a dictionary.

        Args:
            src_dict: The fields, by their names in the JSON; `data` has the models.
        """
        page = super().from_dict(src_dict)
        page._set_up(_models(page._json.get("data")))
        return page

    @classmethod
    def _of(cls, sent: dict[str, Any], models: list[T]) -> Self:
        """Return a page that a server sent, with its models."""
        page = cls._from_json(sent)
        page._set_up(models)
        return page

    def _set_up(self, models: list[T]) -> None:
        self.data = models
        self._fetch_page = None
        self._seen_cursors = frozenset()

    def __getitem__(self, key: str) -> Any:
        value = super().__getitem__(key)
        if key != "data" or value is None:
            return value
        return [item._json if isinstance(item, BaseModel) else item for item in self.data]

    def __setitem__(self, key: str, value: Any) -> None:
        super().__setitem__(key, value)
        if key == "data":
            self.data = _models(value)  # pyright: ignore[reportIncompatibleVariableOverride]  # as above

    def _dump_models(self, values: dict[str, Any], **options: Any) -> None:
        if values.get("data") is not None:
            values["data"] = [item.to_dict(**options) if isinstance(item, BaseModel) else item for item in self.data]

    def has_next_page(self) -> bool:
        """Return whether the server has another page, and named its cursor."""
        return self.next_page_info() is not None

    def next_page_info(self) -> PageInfo | None:
        """Return the query parameters of the next page; None on the last page.

        The cursor is the page's `last_id`. Servers read it as `after` (OpenAI's other lists) or as `after_id`
        (Anthropic's), so both are sent. A cursor that is repeated ends the list.
        """
        cursor = self._json.get("last_id")
        if self._json.get("has_more") is not True or not isinstance(cursor, str) or not cursor or not self.data:
            return None
        return None if cursor in self._seen_cursors else PageInfo({"after": cursor, "after_id": cursor})

    def _request_next(self) -> Any:
        """Request the next page: return the page, or an awaitable of it."""
        info = self.next_page_info()
        if info is None:
            msg = "No next page expected; please check `.has_next_page()` before calling `.get_next_page()`."
            raise RuntimeError(msg)
        _check_cursor(info.params["after"])
        if self._fetch_page is None:
            raise RuntimeError("This page belongs to no client: it was made by hand, or unpickled.")
        return self._fetch_page(info.params)

    def _link_next(self, page: Self) -> Self:
        """Hand the cursors seen so far to the next page."""
        page._seen_cursors = self._seen_cursors | {self._json["last_id"]}
        return page

    def __copy__(self) -> Self:
        return self._restored({**self.__getstate__(), "items": list(self.data)})

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self._restored(copy.deepcopy(self.__getstate__(), memo))

    def _restored(self, state: dict[str, Any]) -> Self:
        page = self._from_json({})
        page.__setstate__(state)
        page._fetch_page = self._fetch_page
        return page

    def __getstate__(self) -> dict[str, Any]:
        return {**super().__getstate__(), "items": self.data, "trail": self._seen_cursors}

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        self._set_up(state["items"])
        self._seen_cursors = state["trail"]


def _models(items: Iterable[Any] | None) -> list[Any]:
    """Return a list of models, those of dictionaries included."""
    return [Model.from_dict(item) if isinstance(item, dict) else item for item in items or ()]


def _check_cursor(cursor: str) -> None:
    """Refuse a cursor that no URL can hold: leaving it out would look like the end of the list."""
    try:
        length = len(cursor.encode())
    except UnicodeEncodeError:
        msg = f"the server names a cursor that can't be sent, as it has an unpaired surrogate: {cursor[:40]!r}"
        raise OpenAIError(msg) from None
    if length > _LONGEST_CURSOR:
        msg = f"the server names a cursor of {length} bytes, which is too long to be sent: {cursor[:40]!r}…"
        raise OpenAIError(msg)
