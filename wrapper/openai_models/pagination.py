"""Pages of models.

OpenAI's own list is one page. Servers that split theirs say `has_more` and name a
cursor; iterating follows it, as long as it moves.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, Final, Generic, Self, TypeVar

from attrs import frozen

from ._exceptions import OpenAIError
from .types._bulk import in_parts
from .types._record import Record

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterable, Iterator, Mapping
    from typing import Literal

    from .types._generated_view.models import ListModelsResponse as GeneratedPage
else:
    from openai_models_api.models import ListModelsResponse as GeneratedPage

__all__ = ["AsyncPage", "AsyncPaginator", "PageInfo", "SyncPage"]

T = TypeVar("T")

# It goes into the URL twice, each byte as up to three: httpx takes URLs of 65,536 characters.
_LONGEST_CURSOR: Final = 8192


@frozen
class PageInfo:
    """What the next page is asked with.

    Attributes:
        params: Query parameters.
    """

    params: Mapping[str, str]


class _Page(Record, GeneratedPage, Generic[T], generated=GeneratedPage):
    """What a page knows without asking anybody."""

    __slots__ = ("__dict__", "_again", "_known_request_id", "_made", "_make", "_sent", "_trail")

    _again: Callable[[Mapping[str, str]], Any]
    # Within, the list of models, once somebody asked for all; and what makes them of what was sent.
    _made: list[list[T]]
    _make: Callable[[list[dict[str, Any]]], list[T]]
    _trail: frozenset[str]

    def __init__(self, /, **fields: Any) -> None:
        items: list[T] = list(fields.pop("data", None) or ())
        self._hold(fields | {"data": [item.to_dict() if isinstance(item, Record) else item for item in items]})
        self._made = [items]
        self._trail = frozenset()

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a dictionary such as `to_dict` gives."""
        return cls(**src_dict)

    @classmethod
    def _of(
        cls,
        sent: dict[str, Any],
        make: Callable[[list[dict[str, Any]]], list[T]],
        again: Callable[[Mapping[str, str]], Any],
    ) -> Self:
        page = cls._from_json(sent)
        page._again = again
        page._made = []
        page._make = make
        page._trail = frozenset()
        return page

    if TYPE_CHECKING:
        data: list[T]  # type: ignore[assignment]  # the facade's models, which are generated ones too
    else:

        @property
        def data(self) -> list[T]:
            """The models on this page, in the server's order."""
            made = self._made
            if not made:
                made.append(self._make(self._json.get("data") or []))
            return made[0]  # the same for all threads that came here at once

        @data.setter
        def data(self, items: list[T]) -> None:
            self._made = [items]

    def _each(self) -> Iterator[T]:
        """Go through the models on this page, and make those that nobody has asked for as they come.

        So Python's garbage collector has none to go through: a tenth of the time of a list of ten thousand, and
        of some such lists half.
        """
        if self._made:
            return iter(tuple(self.data))
        return chain.from_iterable(map(self._make, in_parts(self._json.get("data") or [])))

    if TYPE_CHECKING:

        @property
        def object(self) -> Literal["list"]:
            """The object's type, always "list"."""
            return self.object_

    def to_dict(
        self, *, mode: Literal["python", "json"] = "python", exclude_unset: bool = True, exclude_none: bool = False
    ) -> dict[str, Any]:
        """Give the page as `Record.to_dict` gives a model, and the models on it likewise."""
        values = super().to_dict(mode=mode, exclude_unset=exclude_unset, exclude_none=exclude_none)
        if values.get("data") is not None:
            values["data"] = [
                item.to_dict(mode=mode, exclude_unset=exclude_unset, exclude_none=exclude_none)
                if isinstance(item, Record)
                else item
                for item in self.data
            ]
        return values

    def has_next_page(self) -> bool:
        """Tell whether the server has more, and said where."""
        return self.next_page_info() is not None

    def next_page_info(self) -> PageInfo | None:
        """Give what the next page is asked with; None on the last page.

        The cursor is the page's `last_id`. Servers read it as `after` (OpenAI's other
        lists) or as `after_id` (Anthropic's), so both are sent. A cursor that was
        there before leads nowhere new, and ends the list.
        """
        cursor = self._json.get("last_id")
        holds = self.data if self._made else self._json.get("data")
        if self._json.get("has_more") is not True or not isinstance(cursor, str) or not cursor or not holds:
            return None
        return None if cursor in self._trail else PageInfo({"after": cursor, "after_id": cursor})

    def _next_params(self) -> Mapping[str, str]:
        info = self.next_page_info()
        if info is None:
            msg = "No next page expected; please check `.has_next_page()` before calling `.get_next_page()`."
            raise RuntimeError(msg)
        _check_cursor(info.params["after"])
        return info.params

    def _asking(self) -> Callable[[Mapping[str, str]], Any]:
        if not hasattr(self, "_again"):
            msg = "This page belongs to no client: it was made by hand, or comes off a pickle."
            raise RuntimeError(msg)
        return self._again

    def _followed_by(self, page: Self) -> Self:
        page._trail = self._trail | {self._json["last_id"]}
        return page

    def __getstate__(self) -> dict[str, Any]:
        return {**super().__getstate__(), "items": self.data, "trail": self._trail}

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        self._made = [state["items"]]
        self._trail = state["trail"]

    def _restored(self, sent: dict[str, Any]) -> Self:
        page = super()._restored(sent)
        page._made, page._trail = [list(self.data)], self._trail
        if hasattr(self, "_again"):
            page._again = self._again
        return page


def _check_cursor(cursor: str) -> None:
    """Refuse a cursor that no URL can hold: going without it would pass for the list's end."""
    try:
        length = len(cursor.encode())
    except UnicodeEncodeError:
        msg = f"the server names a cursor that can't be sent, as it has an unpaired surrogate: {cursor[:40]!r}"
        raise OpenAIError(msg) from None
    if length > _LONGEST_CURSOR:
        msg = f"the server names a cursor of {length} bytes, which is too long to be sent: {cursor[:40]!r}…"
        raise OpenAIError(msg)


class _Seen:
    """Keeps back what an earlier page already gave."""

    def __init__(self) -> None:
        self._ids: set[object] = set()

    def new(self, items: Iterable[T]) -> list[T]:
        fresh = [item for item in items if getattr(item, "id", item) not in self._ids]
        self._ids.update(getattr(item, "id", item) for item in fresh)
        return fresh


class SyncPage(_Page[T]):
    """A page of models; iterating goes through this one and those after it."""

    __slots__ = ()

    def __iter__(self) -> Iterator[T]:
        # As with OpenAI; looking at each id takes a fifth of a list's time.
        return self._over_pages() if self.has_next_page() else self._each()

    def _over_pages(self) -> Iterator[T]:
        seen = _Seen()
        for page in self.iter_pages():
            items = seen.new(page.data)
            if not items:  # cursors that move may still lead nowhere new
                return
            yield from items

    def iter_pages(self) -> Iterator[Self]:
        """Go through this page and those after it."""
        page = self
        yield page
        while page.has_next_page():
            page = page.get_next_page()
            yield page

    def get_next_page(self) -> Self:
        """Ask for the next page.

        Raises:
            RuntimeError: There is none; `has_next_page` tells.
            OpenAIError: The call failed.
        """
        return self._followed_by(self._asking()(self._next_params()))


class AsyncPage(_Page[T]):
    """A page of models; iterating goes through this one and those after it."""

    __slots__ = ()

    async def __aiter__(self) -> AsyncIterator[T]:
        if not self.has_next_page():
            for item in self._each():
                yield item
            return
        seen = _Seen()
        async for page in self.iter_pages():
            items = seen.new(page.data)
            if not items:  # cursors that move may still lead nowhere new
                return
            for item in items:
                yield item

    async def iter_pages(self) -> AsyncIterator[Self]:
        """Go through this page and those after it."""
        page = self
        yield page
        while page.has_next_page():
            page = await page.get_next_page()
            yield page

    async def get_next_page(self) -> Self:
        """Ask for the next page.

        Raises:
            RuntimeError: There is none; `has_next_page` tells.
            OpenAIError: The call failed.
        """
        return self._followed_by(await self._asking()(self._next_params()))


@frozen(eq=False, repr=False)
class AsyncPaginator(Generic[T]):
    """What the async `list()` gives: awaited, the first page; iterated, every model."""

    _first: Callable[[], Awaitable[AsyncPage[T]]]

    def __await__(self) -> Generator[Any, None, AsyncPage[T]]:
        return self._first().__await__()

    async def __aiter__(self) -> AsyncIterator[T]:
        async for item in await self:
            yield item
