"""Clients of httpx2 behind httpx's interface.

What such a client does to requests and responses stays in force: hooks, proxies, credentials, cookies, instrumentation.
This is loaded where a program passes one, and so has imported httpx2.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

import httpx2

from .. import _httpx as httpx

# In a request's extensions: `auth=None` where it follows a redirect to another origin.
_CREDENTIALS: Final = "openai_models.credentials"


class _Forwarding:
    def __init__(self, theirs: Any) -> None:
        own: Any = {"transport": _Transport(theirs), "timeout": httpx.Timeout(**theirs.timeout.as_dict())}
        super().__init__(follow_redirects=theirs.follow_redirects, max_redirects=theirs.max_redirects, **own)  # type: ignore[call-arg]  # a client's
        self._theirs = theirs

    @property
    def is_closed(self) -> bool:
        return bool(self._theirs.is_closed)

    def build_request(self, method: str, url: Any, *, content: Any = None, **options: Any) -> httpx.Request:
        extensions = {"timeout": options.pop("timeout").as_dict()}
        made = self._theirs.build_request(method, str(url), content=content, **options)
        return httpx.Request(method, str(made.url), headers=made.headers.raw, content=content, extensions=extensions)

    def send(self, request: httpx.Request, **options: Any) -> Any:
        request.extensions[_CREDENTIALS] = {name: options[name] for name in options.keys() & {"auth"}}
        return super().send(request, **options)  # type: ignore[misc]  # a client's


class ForwardingClient(_Forwarding, httpx.Client):
    """An `httpx.Client` that sends with an `httpx2.Client`."""


class ForwardingAsyncClient(_Forwarding, httpx.AsyncClient):
    """An `httpx.AsyncClient` that sends with an `httpx2.AsyncClient`."""


class _Holder:
    def __init__(self, theirs: Any) -> None:
        self._theirs = theirs

    def close(self) -> None:
        self._theirs.close()

    async def aclose(self) -> None:
        await self._theirs.aclose()


class _Transport(_Holder, httpx.BaseTransport, httpx.AsyncBaseTransport):
    def handle_request(self, request: httpx.Request) -> httpx.Response:
        with _translated(request) as (sent, options):
            return _incoming(self._theirs.send(sent, **options), request)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        with _translated(request) as (sent, options):
            return _incoming(await self._theirs.send(sent, **options), request)


class _Body(_Holder, httpx.SyncByteStream, httpx.AsyncByteStream):
    def __iter__(self) -> Iterator[bytes]:
        yield from self._theirs.iter_raw()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for data in self._theirs.aiter_raw():
            yield data


class _QuietRequest(httpx2.Request):
    def __repr__(self) -> str:
        return f"<Request({self.method!r}, '{self.url.copy_with(userinfo=b'', query=None)}')>"


@contextmanager
def _translated(request: httpx.Request) -> Iterator[tuple[httpx2.Request, dict[str, Any]]]:
    """Translate a request and how to send it into httpx2's terms, and what a hook's `raise_for_status` raises back."""
    options = {"stream": True, "follow_redirects": False, **request.extensions.pop(_CREDENTIALS)}
    sent = _QuietRequest(
        request.method,
        str(request.url),
        headers=request.headers.raw,
        content=request.content,
        extensions=request.extensions,
    )
    try:
        yield sent, options
    except httpx2.HTTPStatusError as error:
        if error.request is not sent:
            raise
        raise httpx.HTTPStatusError(str(error), request=request, response=_incoming(error.response, request)) from error


def _incoming(theirs: httpx2.Response, request: httpx.Request) -> httpx.Response:
    body: dict[str, Any] = {"stream": _Body(theirs)}
    if theirs.is_closed:  # by a hook, which may have read it
        body = {"content": b""}
        with suppress(httpx2.ResponseNotRead):
            body = {"content": theirs.content}
    response = httpx.Response(theirs.status_code, **body, extensions=theirs.extensions, request=request)
    response.headers = httpx.Headers(theirs.headers.raw)  # not before: what was read is decoded
    with suppress(RuntimeError):  # it is not closed yet, or came whole from a mock
        response.elapsed = theirs.elapsed
    return response
