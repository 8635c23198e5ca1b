"""Pages of models.

OpenAI's own list is one page. Servers that split theirs send `has_more` and a cursor; iterating follows the cursor
until a cursor is repeated.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterable, Iterator
from typing import Any, Generic, Self, TypeVar

from .types._base_page import BasePage, PageInfo

__all__ = ["AsyncPage", "AsyncPaginator", "PageInfo", "SyncPage"]

T = TypeVar("T")


def _new(items: Iterable[T], seen: set[object]) -> list[T]:
    """Return the models whose ids have not been seen, and note these."""
    new = [item for item in items if getattr(item, "id", item) not in seen]
    seen.update(getattr(item, "id", item) for item in new)
    return new


class SyncPage(BasePage[T]):
    """A page of models. Iterating over it yields its models, and those of the pages after it."""

    __slots__ = ()

    def __iter__(self) -> Iterator[T]:
        return self._over_pages() if self.has_next_page() else iter(tuple(self.data))

    def _over_pages(self) -> Iterator[T]:
        seen: set[object] = set()
        for page in self.iter_pages():
            items = _new(page.data, seen)
            if not items:  # cursors that move may still lead nowhere new
                return
            yield from items

    def iter_pages(self) -> Iterator[Self]:
        """Yield this page and those after it, each of which is requested when it is needed.

        Raises:
            OpenAIError: A request failed.
        """
        page = self
        yield page
        while page.has_next_page():
            page = page.get_next_page()
            yield page

    def get_next_page(self) -> Self:
        """Request the next page, and return it.

        Raises:
            RuntimeError: There is no next page (see `has_next_page`), or this page belongs to no client.
            OpenAIError: The request failed, or the server's cursor cannot be sent.
        """
        return self._link_next(self._request_next())


class AsyncPage(BasePage[T]):
    """A page of models. Iterating over it yields its models, and those of the pages after it."""

    __slots__ = ()

    async def __aiter__(self) -> AsyncIterator[T]:
        if not self.has_next_page():
            for item in tuple(self.data):
                yield item
            return
        seen: set[object] = set()
        async for page in self.iter_pages():
            items = _new(page.data, seen)
            if not items:  # cursors that move may still lead nowhere new
                return
            for item in items:
                yield item

    async def iter_pages(self) -> AsyncIterator[Self]:
        """Yield this page and those after it, each of which is requested when it is needed.

        Raises:
            OpenAIError: A request failed.
        """
        page = self
        yield page
        while page.has_next_page():
            page = await page.get_next_page()
            yield page

    async def get_next_page(self) -> Self:
        """Request the next page, and return it.

        Raises:
            RuntimeError: There is no next page (see `has_next_page`), or this page belongs to no client.
            OpenAIError: The request failed, or the server's cursor cannot be sent.
        """
        return self._link_next(await self._request_next())


class AsyncPaginator(Generic[T]):
    """The result of the async `list()`: await it for the first page, or iterate over it for all models.

    Args:
        first: A function that requests the first page.
    """

    def __init__(self, first: Callable[[], Awaitable[AsyncPage[T]]]) -> None:
        self._first = first

    def __await__(self) -> Generator[Any, None, AsyncPage[T]]:
        return self._first().__await__()

    async def __aiter__(self) -> AsyncIterator[T]:
        async for item in await self:
            yield item
